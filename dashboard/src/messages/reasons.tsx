import type { Reason } from '@carillon/client'
import { Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconCircleX, IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { exactTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import type { Channel } from '../vocabulary.ts'
import { failureText, reasonDetail } from './why.ts'

const SIGNS: Record<string, { icon: typeof IconClock; color: string }> = {
  chosen: { icon: IconCircleCheck, color: 'light-dark(#1c6b3c, #6fd094)' },
  deferred: { icon: IconClock, color: 'light-dark(#6741b0, #b79cf0)' },
  refused: { icon: IconCircleX, color: 'light-dark(#b3261e, #ff9a92)' },
}

/** The engine's word for a reason in the reader's language; a word we do not know is shown as it is. */
export function useReasonWord(): (word: string) => string {
  const { t, i18n } = useTranslation()
  return (word) => (i18n.exists(`reason.${word}`) ? t(`reason.${word}` as 'reason.chosen') : word.replaceAll('_', ' '))
}

/** Why a message failed, in a sentence. */
export function useFailureSentence(): (reason: string) => string {
  const { t } = useTranslation()
  return (reason) => {
    const { key, ...values } = failureText(reason)
    return t(key as 'failedWith.tries', values as { code: string; tries: number })
  }
}

/** A decision in a sentence, with its time, channel or number where it has one. */
function useReasonSentence(): (reason: Reason) => string {
  const { t, i18n } = useTranslation()
  const word = useReasonWord()
  const format = useFormat()
  const { timeZone } = useOrganization()
  return ({ reason, detail }) => {
    const { time, channel, minutes, count, other } = reasonDetail(detail)
    const name = minutes === undefined ? reason : `${reason}Minutes`
    const key = `reasonWith.${name}`
    if (i18n.exists(key) && detail !== undefined && other === undefined) {
      const values = {
        time: time && exactTime(new Date(time), format, timeZone),
        channel: channel && t(`channel.${channel as Channel}`),
        minutes,
        most: count,
      }
      return t(key as 'reasonWith.send_at', values as { time: string })
    }
    return detail === undefined ? word(reason) : `${word(reason)} (${detail})`
  }
}

/** Why each channel was taken or left, in a sentence each. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const { t } = useTranslation()
  const word = useReasonWord()
  const sentence = useReasonSentence()

  if (reasons.length === 0) {
    return (
      <Text fz="sm" c="dimmed">
        {t('notification.noReasons')}
      </Text>
    )
  }
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {reasons.map((reason) => {
        const { channel, decision } = reason
        const sign = SIGNS[decision] ?? { icon: IconCircleMinus, color: 'var(--ink-2)' }
        return (
          <Group key={channel + decision + reason.reason} component="li" gap="xs" wrap="nowrap" align="flex-start">
            <sign.icon size={18} color={sign.color} aria-hidden style={{ flex: 'none', marginTop: 1 }} />
            <Text fz="sm">
              <b>{t(`channel.${channel}`)}</b> {t('table.of', { label: word(decision), value: sentence(reason) })}
            </Text>
          </Group>
        )
      })}
    </Stack>
  )
}
