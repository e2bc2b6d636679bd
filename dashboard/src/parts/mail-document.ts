/** A mail is styles and pictures: no script, frame, form, font or connection, whatever is in it. */
const POLICY = `<meta http-equiv="content-security-policy" content="default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">`

/**
 * The mail's own HTML with a policy, its links sent to a new tab and its `cid:` images filled in, shown by day or by night
 * whatever the reader's own program is set to.
 */
export function mailDocument(html: string, images: Readonly<Record<string, string>>, dark = false): string {
  const filled = html
    .replace(/cid:([^"'\s)>]+)/gi, (whole, id: string) => images[decodeURIComponent(id)] ?? whole)
    // Every width is at least 0, and none at most.
    .replace(/prefers-color-scheme:\s*dark/gi, dark ? 'min-width:0' : 'max-width:0')
    .replace(/(<meta name="(?:supported-)?color-schemes?" content=")light dark"/gi, `$1${dark ? 'dark' : 'light'}"`)
  const base = `${POLICY}<base target="_blank">`
  return /<head[^>]*>/i.test(filled) ? filled.replace(/<head[^>]*>/i, (head) => head + base) : base + filled
}
