/** The report as one HTML file: everything is in it, and it asks for nothing when it is opened. */
import type { PageData } from './page-data.ts';

/** JSON inside a script element must not end it (HTML Living Standard 4.12.1.3). */
const inScript = (data: PageData): string => JSON.stringify(data).replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** @param bundle script and style of the page, as the build made them */
export function pageHtml(
  data: PageData,
  bundle: { readonly PAGE_SCRIPT: string; readonly PAGE_STYLE: string },
): string {
  const names = data.capture.files.map((file) => file.name).join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>endreason report: ${escaped(names)}</title>
<style>
${bundle.PAGE_STYLE}
</style>
</head>
<body>
<div id="page"><noscript>This page draws itself by a script that is in it: allow scripts to see it.</noscript></div>
<script type="application/json" id="data">${inScript(data)}</script>
<script>
${bundle.PAGE_SCRIPT.replaceAll('</script', '<\\/script')}
</script>
</body>
</html>
`;
}
