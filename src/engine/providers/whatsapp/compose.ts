import type { OutboundWhatsapp, WhatsappButtons, WhatsappTemplate } from '../../channels/outbound.ts'

type Json = Readonly<Record<string, unknown>>

/** A file as Meta is told of it: uploaded before, or where it may fetch it. */
export interface Media {
  readonly kind: MediaKind
  readonly filename: string
  readonly source: { readonly id: string } | { readonly link: string }
}
export type MediaKind = 'image' | 'video' | 'audio' | 'document'

/** What Meta takes as itself (…/cloud-api/reference/media, supported types); all else goes as a document. */
const KINDS = new Map<string, MediaKind>([
  ['image/jpeg', 'image'],
  ['image/png', 'image'],
  ['video/mp4', 'video'],
  ['video/3gpp', 'video'],
  ['audio/aac', 'audio'],
  ['audio/amr', 'audio'],
  ['audio/mpeg', 'audio'],
  ['audio/mp4', 'audio'],
  ['audio/ogg', 'audio'],
])

/** Sound has no words beside it: with a text it goes as a document, which has. */
export function mediaKind(contentType: string, withText: boolean): MediaKind {
  const kind = KINDS.get(contentType.toLowerCase().split(';')[0]!.trim()) ?? 'document'
  return kind === 'audio' && withText ? 'document' : kind
}

/** Outside the person's 24 hours the template goes where there is one; what the engine does not know counts as outside. */
export const templateOf = ({ content, windowOpen }: OutboundWhatsapp): WhatsappTemplate | undefined =>
  windowOpen ? undefined : content.template

/**
 * Why the file cannot go with this message; undefined when it can. A message carries one file: several would be several
 * messages, of which some could arrive.
 */
export function misfit(message: OutboundWhatsapp, files: number): string | undefined {
  if (files > 1) return 'WhatsApp carries one file a message, and this one has more'
  const template = templateOf(message)
  const header = template?.header?.kind
  if (template && files === 1 && header !== 'file') return 'The template has no place for the file'
  if (template && files === 0 && header === 'file') return 'The template needs a file, and the message has none'
  if (!template && files === 1 && message.content.buttons?.kind === 'list') return 'A list cannot go with a file'
  return undefined
}

/** The body of `POST /{phone number id}/messages`. A user id goes in a field of its own, where numbers need not be known. */
export function composeMessage(message: OutboundWhatsapp, media: Media | undefined): Json {
  const { to, content, messageId } = message
  const template = templateOf(message)
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...(to.startsWith('+') ? { to } : { recipient: to }),
    ...(template
      ? { type: 'template', template: templateBody(template, media) }
      : content.buttons
        ? { type: 'interactive', interactive: interactiveBody(content.text, content.buttons, media) }
        : media
          ? { type: media.kind, [media.kind]: mediaBody(media, content.text) }
          : { type: 'text', text: textBody(content.text) }),
    biz_opaque_callback_data: messageId,
  }
}

const textBody = (text: string): Json => ({ body: text, ...(/https?:\/\//.test(text) ? { preview_url: true } : {}) })

const mediaBody = ({ kind, filename, source }: Media, caption: string): Json => ({
  ...source,
  ...(kind === 'document' ? { filename } : {}),
  ...(caption && kind !== 'audio' ? { caption } : {}),
})

function interactiveBody(text: string, buttons: WhatsappButtons, media: Media | undefined): Json {
  const header = media ? { header: { type: media.kind, [media.kind]: mediaBody(media, '') } } : {}
  const body = { ...header, body: { text } }
  switch (buttons.kind) {
    case 'reply':
      return {
        type: 'button',
        ...body,
        action: { buttons: buttons.buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })) },
      }
    case 'list':
      return { type: 'list', ...body, action: { button: buttons.label, sections: [{ rows: buttons.rows }] } }
    case 'link':
      return {
        type: 'cta_url',
        ...body,
        action: { name: 'cta_url', parameters: { display_text: buttons.title, url: buttons.url } },
      }
  }
}

function templateBody(
  { name, language, header, body, buttons = [] }: WhatsappTemplate,
  media: Media | undefined,
): Json {
  const components: Json[] = []
  if (header?.kind === 'text') components.push({ type: 'header', parameters: [{ type: 'text', text: header.text }] })
  else if (header?.kind === 'file' && media)
    components.push({
      type: 'header',
      parameters: [{ type: media.kind, [media.kind]: mediaBody(media, '') }],
    })
  else if (header && header.kind !== 'file')
    components.push({ type: 'header', parameters: [{ type: header.kind, [header.kind]: { link: header.link } }] })
  if (body.length > 0) components.push({ type: 'body', parameters: body.map((text) => ({ type: 'text', text })) })
  for (const { kind, index, value } of buttons)
    components.push({ type: 'button', sub_type: kind, index: `${index}`, parameters: [BUTTON_VALUES[kind](value)] })
  return {
    name,
    language: { policy: 'deterministic', code: language },
    ...(components.length > 0 ? { components } : {}),
  }
}

const BUTTON_VALUES = {
  quick_reply: (payload: string) => ({ type: 'payload', payload }),
  url: (text: string) => ({ type: 'text', text }),
  copy_code: (code: string) => ({ type: 'coupon_code', coupon_code: code }),
} as const
