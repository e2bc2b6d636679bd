import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'

/** A page for people who have no account here: no script, no cookie, nothing fetched but its pictures. */
export interface HostedPage {
  readonly lang: string
  readonly title: string
  /** `#rrggbb`: lines and buttons. */
  readonly color?: string | undefined
  /** `#rrggbb`: what can be read on it. */
  readonly onColor?: string | undefined
  /** HTML, already safe. */
  readonly body: string
}

/** Sends it. The address is a key to what it shows, so it is told to nobody: not to other sites, caches or search engines. */
export function sendPage(reply: FastifyReply, status: number, page: HostedPage): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return reply
    .code(status)
    .headers({
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src http: https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(documentOf(page, nonce))
}

/** A page that says something and offers nothing. `title` and `words` are plain text of our own. */
export const wordsPage = (lang: string, title: string, words: string): HostedPage => ({
  lang,
  title,
  body: `<main class="card"><h1>${title}</h1><p>${words}</p></main>`,
})

/** The language to speak to somebody we know nothing of. */
export function languageOf(acceptLanguage: string | undefined): 'fr' | 'en' {
  const first = /\b(fr|en)\b/i.exec(acceptLanguage ?? '')
  return first?.[1]?.toLowerCase() === 'fr' ? 'fr' : 'en'
}

function documentOf({ lang, title, color, onColor, body }: HostedPage, nonce: string): string {
  const accent = `:root{--accent:${color ?? '#1f2937'};--on-accent:${onColor ?? '#ffffff'}}`
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style nonce="${nonce}">${accent}${STYLE}</style>
</head>
<body>
${body}
</body>
</html>`
}

const STYLE = `
:root{--ground:#f3f4f6;--card:#fff;--text:#1f2937;--muted:#5b6472;--rule:#e3e6ea;--box:#8a93a0;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--ground:#0f1115;--card:#1b1e25;--text:#e8eaed;--muted:#a3abb7;--rule:#343945;--box:#77808d}}
*{box-sizing:border-box}
body{margin:0;padding:32px 16px 48px;background:var(--ground);color:var(--text);font:16px/1.55 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
header,main,footer{max-width:620px;margin:0 auto}
header{display:flex;align-items:center;min-height:40px;margin-bottom:20px;font-size:20px;font-weight:700}
header img{display:block;height:40px;width:auto;max-width:260px}
.card{background:var(--card);border-top:4px solid var(--accent);border-radius:12px;padding:32px 36px}
h1{margin:0 0 8px;font-size:24px;line-height:1.3;letter-spacing:-.01em}
p{margin:0 0 16px}
a{color:inherit}
.muted,footer{color:var(--muted);font-size:14px}
footer{margin-top:20px}
.done{margin:0 0 20px;padding:12px 16px;border:1px solid var(--rule);border-left:4px solid #16803c;border-radius:8px}
.refused{margin:0 0 20px;padding:12px 16px;border:1px solid var(--rule);border-left:4px solid #b42318;border-radius:8px}
summary{min-height:44px;padding:10px 0;font-weight:600;cursor:pointer}
fieldset{margin:0;padding:18px 0 16px;border:0;border-top:1px solid var(--rule)}
legend{float:left;width:100%;padding:0;font-weight:600}
legend+*{clear:both}
fieldset p{margin:2px 0 10px}
.ways{display:flex;flex-wrap:wrap;gap:4px 24px}
label{display:inline-flex;align-items:center;gap:10px;min-height:44px;cursor:pointer}
input:not([type=checkbox],[type=radio]){width:100%;max-width:420px;min-height:44px;padding:8px 12px;border:1px solid var(--box);border-radius:8px;background:transparent;color:inherit;font:inherit}
input[type=checkbox]{width:20px;height:20px;margin:0;accent-color:var(--accent);cursor:pointer}
.actions{display:flex;flex-wrap:wrap;gap:12px;padding-top:20px;border-top:1px solid var(--rule)}
button{min-height:44px;padding:10px 22px;border:1px solid var(--box);border-radius:8px;background:transparent;color:var(--text);font:inherit;font-weight:600;cursor:pointer}
button.first{border-color:transparent;background:var(--accent);color:var(--on-accent)}
@media (prefers-color-scheme:dark){button.first{border-color:rgba(255,255,255,.2)}}
:focus-visible{outline:3px solid #3b82f6;outline-offset:2px}
@media (max-width:480px){body{padding:20px 0 32px}header,footer{padding:0 20px}.card{border-radius:0;padding:24px 20px}.ways{flex-direction:column;gap:0}.actions button{width:100%}}
`
