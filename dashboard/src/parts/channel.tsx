import { IconBell, IconBrandWhatsapp, IconMail, IconMessage } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../vocabulary.ts'

const CHANNEL_ICONS = {
  email: IconMail,
  sms: IconMessage,
  whatsapp: IconBrandWhatsapp,
  in_app: IconBell,
} as const

/** The channel's sign with its name. */
export function ChannelName({ channel, iconOnly }: { channel: Channel; iconOnly?: boolean }) {
  const { t } = useTranslation()
  const Glyph = CHANNEL_ICONS[channel]
  const name = t(`channel.${channel}`)
  return (
    <span
      style={{ display: 'inline-flex', alignItems: 'center', gap: 6, whiteSpace: 'nowrap', verticalAlign: 'middle' }}
    >
      <Glyph size={17} stroke={1.7} {...(iconOnly ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true })} />
      {!iconOnly && name}
    </span>
  )
}
