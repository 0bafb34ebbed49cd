/** A shield with a speech mark's tail: the product's sign. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f52b2"/>' +
  '<path d="M16 5.5 24.5 8.6v6.9c0 5.1-3.4 9-8.5 11-5.1-2-8.5-5.9-8.5-11V8.6z" fill="#fff"/>' +
  '<path d="m12 15.9 2.9 2.9 5.4-5.8" fill="none" stroke="#4f52b2" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>'

/** The document around the page's script; everything in it is drawn by that. */
export function shell(script: string, style: string, sign: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Defender ChatOps</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/console/page/${sign}" type="image/svg+xml">
<link rel="stylesheet" href="/console/page/${style}">
<script type="module" src="/console/page/${script}"></script>
</head>
<body data-sign="/console/page/${sign}">
<noscript>This page needs JavaScript. The same commands work in Teams and in Slack.</noscript>
</body>
</html>
`
}
