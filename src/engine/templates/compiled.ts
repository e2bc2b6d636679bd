import type { Channel } from '../channels/channel.ts'
import { foldToGsm7 } from '../channels/gsm-fold.ts'
import type {
  EmailContent,
  InAppContent,
  TextContent,
  WhatsappContent,
  WhatsappTemplate,
} from '../channels/outbound.ts'
import { escapeHtml, safeUrl } from './helpers.ts'
import { findLinks, type HtmlLink } from './html-links.ts'
import { buildProgram, LINK_BLOCK, type Program, type Rewrite } from './program.ts'
import type { Parse } from './syntax.ts'
import type { TemplateVariables } from './variables.ts'
import { approvedOf, buildExtras, type WhatsappExtras } from './whatsapp.ts'

/** A published version as it is stored: Handlebars texts with nothing left to do but fill them in. */
export type CompiledSource =
  | {
      readonly format: 1
      readonly channel: 'email'
      readonly subject: string
      readonly html: string
      readonly text: string
      readonly htmlField?: string
      /** The links in `html`, found when it was published. */
      readonly links?: readonly HtmlLink[]
    }
  | { readonly format: 1; readonly channel: 'sms'; readonly text: string }
  | ({ readonly format: 1; readonly channel: 'whatsapp'; readonly text: string } & WhatsappExtras)
  | {
      readonly format: 1
      readonly channel: 'in_app'
      readonly title: string
      readonly body: string
      readonly actionUrl?: string
    }

/** A message's content as its channel carries it. */
export type RenderedContent =
  | ({ readonly channel: 'email' } & EmailContent)
  | ({ readonly channel: 'sms' } & TextContent)
  | ({ readonly channel: 'whatsapp' } & WhatsappContent)
  | ({ readonly channel: 'in_app' } & InAppContent)

/** How a mail tells us that it was read. */
export interface MailTracking {
  /** Unset: links stay as they are. */
  readonly rewrite?: Rewrite
  /** HTML that goes at the end of the body. */
  readonly atEnd: string
}

export interface CompiledTemplate {
  readonly channel: Channel
  /** The template approved by the carrier that may go instead of the text. */
  readonly approved?: Pick<WhatsappTemplate, 'name' | 'language'>
  /** The message's content; synchronous and pure. Throws `TemplateLimitError` when loops or length pass their limit. */
  render(variables: TemplateVariables, how?: RenderHow): RenderedContent
}

export interface RenderHow {
  /** An SMS keeps every character; otherwise it is written in GSM-7 where it can be. */
  readonly smsAsWritten?: boolean
  /** For the HTML of a mail; without it the mail is as its author wrote it. */
  readonly tracking?: MailTracking | undefined
}

/** Parses a stored version once; every render after that only fills it in. */
export function readCompiled(source: CompiledSource, parse: Parse): CompiledTemplate {
  const text = (piece: string): Program => buildProgram(parse(piece), false)
  switch (source.channel) {
    case 'email':
      return emailTemplate(
        text(source.subject),
        buildProgram(parse(withLinkBlocks(source.html, source.links ?? [])), true),
        text(source.text),
        source.htmlField,
      )
    case 'sms': {
      const body = text(source.text)
      return {
        channel: 'sms',
        render: (variables, how) => {
          const words = tidy(body(variables))
          return { channel: 'sms', text: how?.smsAsWritten ? words : foldToGsm7(words) }
        },
      }
    }
    case 'whatsapp':
      return whatsappTemplate(source, text)
    case 'in_app':
      return inAppTemplate(
        text(source.title),
        text(source.body),
        source.actionUrl === undefined ? undefined : text(source.actionUrl),
      )
  }
}

function emailTemplate(
  subject: Program,
  html: Program,
  text: Program,
  htmlField: string | undefined,
): CompiledTemplate {
  return {
    channel: 'email',
    render: (variables, { tracking } = {}) => {
      const given = htmlField === undefined ? undefined : variables.payload[htmlField]
      const isGiven = typeof given === 'string' && given !== ''
      const body = isGiven ? rewritten(given, tracking?.rewrite) : html(variables, tracking?.rewrite)
      return {
        channel: 'email',
        subject: oneLine(subject(variables)),
        html: tracking?.atEnd ? atEndOfBody(body, tracking.atEnd) : body,
        text: `${tidy(text(variables))}\n`,
      }
    },
  }
}

function withLinkBlocks(html: string, links: readonly HtmlLink[]): string {
  let out = ''
  let from = 0
  for (const { start, end, url } of links) {
    out += `${html.slice(from, start)}href="{{#${LINK_BLOCK}}}${url}{{/${LINK_BLOCK}}}"`
    from = end
  }
  return out + html.slice(from)
}

/** Looking for the links of a longer one would keep a worker busy for more than 20 ms. */
const LONGEST_REWRITTEN = 300_000

/** HTML that came with the message: its links are found now. */
function rewritten(html: string, rewrite: Rewrite | undefined): string {
  if (!rewrite || html.length > LONGEST_REWRITTEN || !/\shref\b/i.test(html)) return html
  let out = ''
  let from = 0
  for (const { start, end, url } of findLinks(html)) {
    const address = rewrite(url)
    if (address === url) continue
    out += `${html.slice(from, start)}href="${escapeHtml(address)}"`
    from = end
  }
  return out + html.slice(from)
}

function atEndOfBody(html: string, end: string): string {
  // One search for nearly all of them: what is not there is looked for in the whole of it.
  const lower = html.lastIndexOf('</body>')
  const at = lower < 0 ? html.lastIndexOf('</BODY>') : lower
  return at < 0 ? html + end : html.slice(0, at) + end + html.slice(at)
}

function whatsappTemplate(
  source: Extract<CompiledSource, { channel: 'whatsapp' }>,
  text: (piece: string) => Program,
): CompiledTemplate {
  const body = text(source.text)
  const extras = buildExtras(source, text)
  const approved = approvedOf(source)
  return {
    channel: 'whatsapp',
    ...(approved ? { approved } : {}),
    render: (variables) => ({ channel: 'whatsapp', text: tidy(body(variables)), ...extras(variables) }),
  }
}

function inAppTemplate(title: Program, body: Program, actionUrl: Program | undefined): CompiledTemplate {
  return {
    channel: 'in_app',
    render: (variables) => {
      const link = actionUrl ? linkInApp(actionUrl(variables).trim()) : ''
      return {
        channel: 'in_app',
        title: oneLine(title(variables)),
        body: tidy(body(variables)),
        ...(link ? { actionUrl: link } : {}),
      }
    },
  }
}

/** A path inside the host's own pages is welcome here; `//host` would leave them. */
const linkInApp = (link: string): string => (/^\/(?!\/)[^\s\\]*$/.test(link) ? link : safeUrl(link))

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()

/** Takes away what an absent value leaves behind: spaces at line ends, more than one empty line. Linear whatever the text. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
