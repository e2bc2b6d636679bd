import { HTML } from '../content.ts'

const page = (content: string) => `<!doctype html>
<html><head><meta charset="utf-8"><title>{{subject}}</title></head>
<body style="margin:0;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif">
<table role="presentation" width="100%"><tr><td align="center">
<table role="presentation" width="600" style="background:#ffffff;padding:24px"><tr><td>
<h1 style="font-size:20px">{{subject}}</h1>
<p style="white-space:pre-line">{{body}}</p>
${content}
</td></tr></table>
</td></tr></table>
</body></html>
`

/**
 * The typical pipeline's templates, compiled once: as long as what ours sends in the same bench. `layout` is about ten
 * kilobytes when rendered, as our built-in layout is; `short` about five, as the HTML that a caller of ours brings.
 */
export const TEMPLATES: Readonly<Record<string, string>> = { layout: page(HTML + HTML), short: page(HTML) }
