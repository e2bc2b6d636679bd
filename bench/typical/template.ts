/** The typical pipeline's layout, compiled once. Most of a mail's five kilobytes is the body that each request brings. */
export const TEMPLATE = `<!doctype html>
<html><head><meta charset="utf-8"><title>{{subject}}</title></head>
<body style="margin:0;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif">
<table role="presentation" width="100%"><tr><td align="center">
<table role="presentation" width="600" style="background:#ffffff;padding:24px"><tr><td>
<h1 style="font-size:20px">{{subject}}</h1>
{{{body}}}
</td></tr></table>
</td></tr></table>
</body></html>
`
