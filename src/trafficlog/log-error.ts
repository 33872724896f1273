/**
 * A log that cannot be used at all: missing, unreadable, or no traffic log. `message` is the one line
 * that the user sees: what, where (file, line), what to do. Exit status 2.
 */
export class LogError extends Error {}
