import { HTML } from '../content.ts'

/** The typical pipeline's template, compiled once: about five kilobytes when rendered, as ours is. */
export const TEMPLATE = `<!doctype html>
<html><head><meta charset="utf-8"><title>{{subject}}</title></head>
<body style="margin:0;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif">
<table role="presentation" width="100%"><tr><td align="center">
<table role="presentation" width="600" style="background:#ffffff;padding:24px"><tr><td>
<h1 style="font-size:20px">{{subject}}</h1>
<p style="white-space:pre-line">{{body}}</p>
${HTML}
</td></tr></table>
</td></tr></table>
</body></html>
`
