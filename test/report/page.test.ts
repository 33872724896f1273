/** The report's page in a browser: what a reader can do with it, and what it never does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as bundle from '../../src/report/page-bundle.ts';
import type { PageData } from '../../src/report/page-data.ts';
import { pageHtml } from '../../src/report/page-html.ts';
import { complaints, runProgram } from '../dsl/program.ts';
import { BROWSER, openBrowser, openPage, type WatchedPage } from './browser.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CAPTURE = join(ROOT, 'captures', 'everything.pcap');

const folder = mkdtempSync(join(tmpdir(), 'endreason-page-'));
const report = join(folder, 'report.html');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const made = await runProgram(['report', CAPTURE, '-o', report]);

/** The data that a page holds. */
function dataOf(file: string): PageData {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(
    readFileSync(file, 'utf8'),
  )!;
  return JSON.parse(json[1]!) as PageData;
}

function writePage(name: string, data: PageData): string {
  const file = join(folder, name);
  writeFileSync(file, pageHtml(data, bundle));
  return file;
}

describe('endreason report', () => {
  test('writes one page and says nothing else', () => {
    expect([made.status, made.stdout, complaints(made.stderr)]).toEqual([0, '', '']);
  });

  test('its figures are those of the sessions', async () => {
    const { stdout } = await runProgram([CAPTURE, '--json']);
    const { sessions, capture, accounting } = JSON.parse(stdout) as {
      sessions: { sessionid: number; app: string; end: string | null }[];
      capture: unknown;
      accounting: unknown;
    };
    const data = dataOf(report);
    expect(data.capture).toEqual(capture);
    expect(data.accounting).toEqual(accounting);
    expect(data.timeline.rows.map(({ id }) => id)).toEqual(sessions.map(({ sessionid }) => sessionid));
    expect(data.open).toBe(sessions.filter(({ end }) => end === null).length);
  });

  test('the peak of the table is what its command prints', async () => {
    const { commands, course } = dataOf(report);
    const [program, ...counting] = commands.peak.split(' | ');
    expect(program).toBe(`endreason ${CAPTURE} --format csv`);
    const { stdout } = await runProgram([CAPTURE, '--format', 'csv']);
    const printed = spawnSync('sh', ['-c', counting.join(' | ')], { input: stdout, encoding: 'utf8' });
    const [most, at] = printed.stdout.trim().split(' ');
    expect(Number(most)).toBe(course!.peak.sessions);
    expect(Date.parse(at!.replace(/\d{6}Z$/, 'Z')) / 1000).toBeCloseTo(course!.peak.at, 2);
  });

  test('refuses to guess where the page goes', async () => {
    const { status, stderr } = await runProgram(['report', CAPTURE]);
    expect(status).toBe(2);
    expect(complaints(stderr)).toBe(
      'endreason: report: the page needs a file; give it one with -o report.html\n',
    );
  });

  test('nothing in the data ends its script', () => {
    const data = dataOf(report);
    const html = pageHtml({ ...data, program: '</script><script>alert(1)</script>' }, bundle);
    expect(html).not.toContain('</script><script>alert(1)');
  });
});

const GROUNDS = ['--card', '--back'];
const TEXT_COLORS = [
  '--text',
  '--muted',
  '--accent',
  '--aged',
  '--fin',
  '--rst-client',
  '--rst-server',
  '--reuse',
  '--deny',
  '--other',
];

/** Contrast ratio of two colours `#rrggbb` (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

if (BROWSER === null) console.log('skipped: no Chromium on this machine to open the page with');

describe.skipIf(BROWSER === null)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  const pages: WatchedPage[] = [];
  const opened = async (
    file: string = report,
    options: Parameters<typeof openPage>[2] = {},
  ): Promise<WatchedPage> => {
    const page = await openPage(browser, file, options);
    pages.push(page);
    return page;
  };
  afterEach(async () => {
    for (const { page } of pages.splice(0)) await page.close();
  });

  test('opens from disk without a fault and asks for nothing', async () => {
    const { page, faults, requests } = await opened();
    await page.locator('.chart canvas').waitFor();
    expect(faults).toEqual([]);
    expect(requests).toEqual([`file://${report}`]);
    expect(await page.locator('h2').allTextContents()).toEqual([
      'What was compared',
      'How sessions ended, and what they carried',
      'Sessions in the table',
      'Timeouts, and what followed them',
      'Sessions',
    ]);
  });

  test('every section names the command that makes its figures again', async () => {
    const { page } = await opened();
    const sections = await page.locator('section').count();
    const commands = await page.locator('section .command code').allTextContents();
    // the peak of the table has one of its own
    expect(commands).toHaveLength(sections + 1);
    expect(commands.filter((command) => !command.startsWith('endreason '))).toEqual([]);
  });

  test('searches, filters and sorts', async () => {
    const { page } = await opened();
    const rows = page.locator('.row');
    const status = page.locator('.status');
    await page.fill('#search', '192.0.2.20:53 DNS');
    expect(await rows.locator('.app').allTextContents()).toEqual(Array(6).fill('dns'));
    expect(await status.textContent()).toBe('6 of 46 sessions.');
    await page.fill('#search', '');
    await page.selectOption('#end-reason', 'tcp-reuse');
    expect(await rows.locator('.reason').allTextContents()).toEqual(['tcp-reuse']);
    for (const { name, sessions } of dataOf(report).reasons) {
      await page.selectOption('#end-reason', name);
      expect([name, await status.textContent()]).toEqual([name, `${sessions} of 46 sessions.`]);
    }
    await page.selectOption('#end-reason', 'n/a');
    expect(await rows.locator('.reason').first().textContent()).toMatch(/^open: /);
    await page.selectOption('#end-reason', '');
    await page.selectOption('#sort', 'bytes, most first');
    const most = dataOf(report).timeline.rows.toSorted((a, b) => b.bytes - a.bytes)[0]!;
    expect(await rows.first().locator('.id').textContent()).toBe(String(most.id));
  });

  test('the keyboard alone opens a session, with its ladder', async () => {
    const { page, faults } = await opened();
    await page.focus('#sessions');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('#detail-title').textContent()).toMatch(/^Session 2: /);
    expect(await page.evaluate('document.activeElement.id')).toBe('detail-title');
    const steps = dataOf(report).details[2]!.ladder!.steps;
    expect(await page.locator('#panel ol.unseen li').count()).toBe(steps.length);
    expect(await page.locator('#panel svg.ladder line').count()).toBe(steps.length + 2);
    expect(faults).toEqual([]);
  });

  test('the chart has its text and its table', async () => {
    const { page } = await opened();
    const label = await page.locator('.chart').getAttribute('aria-label');
    expect(label).toMatch(
      /^At most \d+ sessions at once, at .* UTC; 46 created and 42 ended, \d+ of them aged out \(.*\); 4 left/,
    );
    await page.locator('#course summary').click();
    expect(await page.locator('#course tbody tr').count()).toBeGreaterThan(10);
  });

  test('sessions that aged out are told apart from the others that ended, as in the summary', async () => {
    const { agedOut } = dataOf(report).course!;
    const { stdout } = await runProgram([CAPTURE, '--json']);
    const { sessions } = JSON.parse(stdout) as { sessions: { session_end_reason: string }[] };
    expect(agedOut.reduce((all, value) => all + value, 0)).toBe(
      sessions.filter(({ session_end_reason }) => session_end_reason === 'aged-out').length,
    );
  });

  test('sockets that the firewall no longer knows are counted over time: chart, words and table', async () => {
    const file = join(folder, 'held.html');
    await runProgram(['report', join(ROOT, 'captures', 'idle-cut.pcap'), '--timeout', 'tcp=10', '-o', file]);
    const { hosts, held } = dataOf(file).expiries;
    expect(held!.hosts.map(({ host, most }) => [host, Math.max(...most)])).toEqual(
      hosts.map(({ host, atMost }) => [host, atMost]),
    );
    const { page, faults } = await opened(file);
    await page.locator('#held canvas').waitFor();
    expect(await page.locator('#held').getAttribute('aria-label')).toMatch(
      /^Such sockets over time, the most in each .*: 192\.0\.2\.20 at most 1, 1 at the end; 10\.1\.1\.10 at most 1, 0 at the end\.$/,
    );
    await page.locator('#timeouts details summary').click();
    expect(await page.locator('#timeouts details th').allTextContents()).toEqual([
      'from (UTC)',
      '192.0.2.20',
      '10.1.1.10',
    ]);
    expect(faults).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    '%s: every colour of text can be read on its ground',
    async (colorScheme) => {
      const { page } = await opened(report, { colorScheme });
      const colors = new Map<string, string>();
      for (const name of [...TEXT_COLORS, ...GROUNDS]) {
        const value = `getComputedStyle(document.documentElement).getPropertyValue('${name}').trim()`;
        colors.set(name, (await page.evaluate(value)) as string);
      }
      const contrasts = TEXT_COLORS.flatMap((name) =>
        GROUNDS.map((ground) => ({ name, ground, ratio: contrast(colors.get(name)!, colors.get(ground)!) })),
      );
      // WCAG 2.2, 1.4.3
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    },
  );

  test('follows the theme of the system until the reader chooses', async () => {
    const { page, faults } = await opened();
    const theme = (): Promise<unknown> => page.evaluate('document.documentElement.dataset.theme');
    expect(await theme()).toBe('light');
    // the browser tells of a change with its next frames
    const systemIs = async (colorScheme: 'light' | 'dark'): Promise<void> => {
      await page.emulateMedia({ colorScheme });
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    };
    await systemIs('dark');
    expect(await theme()).toBe('dark');
    await page.click('#theme');
    await systemIs('light');
    await systemIs('dark');
    expect(await theme()).toBe('light');
    expect(faults).toEqual([]);
  });

  test('the button changes the theme for this page', async () => {
    const { page, faults } = await opened();
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const before = await ground();
    await page.click('#theme');
    expect(await ground()).not.toBe(before);
    await page.click('#theme');
    expect(await ground()).toBe(before);
    expect(faults).toEqual([]);
  });

  test('of twenty thousand sessions only those in sight are in the document', async () => {
    const data = dataOf(report);
    const [row] = data.timeline.rows;
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ ...row!, id: i + 1, start: row!.start + i }));
    const { page, faults } = await opened(
      writePage('many.html', { ...data, timeline: { rows, leftOut: null } }),
    );
    expect(await page.locator('.row').count()).toBeLessThan(60);
    await page.focus('#sessions');
    await page.keyboard.press('End');
    await page.locator('#session-20000').waitFor();
    expect(await page.locator('.row').count()).toBeLessThan(60);
    await page.fill('#search', '19999');
    expect(await page.locator('.row .id').allTextContents()).toEqual(['19999']);
    expect(faults).toEqual([]);
  });

  test('names from the network are text and nothing else', async () => {
    const data = dataOf(report);
    const bad = '<img src=x onerror="document.title=1">';
    const [first, ...rest] = data.timeline.rows;
    const rows = [{ ...first!, app: bad, client: bad }, ...rest];
    const { page, faults } = await opened(
      writePage('names.html', { ...data, timeline: { rows, leftOut: bad }, program: bad }),
    );
    await page.locator('.row').first().click();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    expect(faults).toEqual([]);
  });

  test('a capture without sessions has a page', async () => {
    const data = dataOf(report);
    const empty: PageData = {
      ...data,
      sessions: 0,
      open: 0,
      reasons: [],
      applications: [],
      course: null,
      timeline: { rows: [], leftOut: null },
      details: {},
    };
    const { page, faults } = await opened(writePage('empty.html', empty));
    expect(await page.locator('#course').textContent()).toContain('No session was created.');
    expect(faults).toEqual([]);
  });

  test.each([1280, 700, 400])('%i pixels wide: nothing is wider than the window', async (width) => {
    const { page } = await opened(report, { width });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
  });

  test('numbers beside the chart are whole, and the timeline is there on a narrow screen', async () => {
    const data = dataOf(report);
    const course = { ...data.course!, live: data.course!.live.map((live) => live * 10_000) };
    const { page } = await opened(writePage('high.html', { ...data, course }), { width: 400 });
    await page.locator('#course canvas').waitFor();
    const left = await page.evaluate("parseFloat(document.querySelector('#course .u-over').style.left)");
    expect(left).toBeGreaterThan(60);
    expect(await page.locator('.row .life').first().isVisible()).toBe(true);
  });

  test('prints with all its sessions and without its controls', async () => {
    const { page } = await opened();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('.row').count()).toBe(46);
    expect(await page.locator('.controls').isVisible()).toBe(false);
    expect((await page.pdf()).length).toBeGreaterThan(20_000);
  });
});
