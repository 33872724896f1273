/*
 * measure REPORT STDOUT SECONDS COMMAND...: runs a command with its output in a file and writes one line:
 * exit status (-1: killed, also for taking longer than so many seconds), user, system and wall time in
 * microseconds, peak memory in KiB. A small program of its own, because the system counts what a process held
 * before it became another one towards its peak: a child of Node would never show less than Node.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void stop(int number) {
  (void)number;
  kill(child, SIGKILL);
}

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  long long begin = now();
  child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    int null = open("/dev/null", O_RDWR);
    int out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (null < 0 || out < 0) _exit(126);
    dup2(null, 0);
    dup2(out, 1);
    dup2(null, 2);
    execvp(argv[4], argv + 4);
    _exit(127);
  }
  signal(SIGALRM, stop);
  alarm((unsigned)atoi(argv[3]));
  int status;
  struct rusage used;
  while (wait4(child, &status, 0, &used) < 0) {
  }
  long long wall = now() - begin;
  FILE *report = fopen(argv[1], "w");
  if (report == NULL) return 2;
  fprintf(report, "%d %lld %lld %lld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          microseconds(used.ru_utime), microseconds(used.ru_stime), wall, used.ru_maxrss);
  return fclose(report) == 0 ? 0 : 2;
}
