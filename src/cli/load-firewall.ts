/** The firewall of a run: the configuration file with the command line laid over it. */
import { readFile } from 'node:fs/promises';
import { ConfigError, defaultConfig, type FirewallConfig } from '../firewall/config.ts';
import { findZoneClash } from '../firewall/zones.ts';
import {
  type FirewallInForce,
  type FirewallOverrides,
  overrideFirewall,
} from '../report/firewall-in-force.ts';
import { UsageError } from './errors.ts';

/**
 * @param configFile null: the vendor's defaults
 * @throws ConfigError or UsageError with the line for the user
 */
export async function loadFirewall(
  configFile: string | null,
  over: FirewallOverrides,
): Promise<FirewallInForce> {
  const clash = findZoneClash(over.zones);
  if (clash !== null) {
    const [first, second] = clash.zones;
    throw new UsageError(
      `--zone ${clash.network}=${second}: ${clash.network} was given to ${first} before; give each network once`,
    );
  }
  return overrideFirewall(configFile === null ? defaultConfig() : await readConfig(configFile), over);
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the name',
  ENOTDIR: 'no such file; check the name',
  EACCES: 'permission denied; check its permissions',
  EISDIR: 'is a directory; give a file',
};

async function readConfig(name: string): Promise<FirewallConfig> {
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError(`--config ${name}: ${READ_FAILURES[code ?? ''] ?? message}`);
  }
  const { parseConfig } = await import('../firewall/parse-config.ts');
  return parseConfig(text, name);
}
