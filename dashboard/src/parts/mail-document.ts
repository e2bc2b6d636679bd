/** The mail's own HTML with its links sent to a new tab and its `cid:` images filled in. */
export function mailDocument(html: string, images: Readonly<Record<string, string>>): string {
  const filled = html.replace(/cid:([^"'\s)>]+)/gi, (whole, id: string) => images[decodeURIComponent(id)] ?? whole)
  const base = '<base target="_blank">'
  return /<head[^>]*>/i.test(filled) ? filled.replace(/<head[^>]*>/i, (head) => head + base) : base + filled
}
