/** What an engine is given where a test asks for nothing in particular. */
import { defaultConfig } from '../../src/firewall/config.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import type { EngineOptions } from '../../src/session/options.ts';

export const USUAL_OPTIONS: EngineOptions = engineOptions(
  overrideFirewall(defaultConfig(), { timeouts: [], zones: [], nonSyn: null, maxSessions: null }),
  { drain: false, lingerSeconds: 3600, verifyChecksums: false },
);
