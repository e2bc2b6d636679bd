import type { Reason } from '@carillon/client'
import { Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconCircleX, IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { exactTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'

/** A time that the engine noted, which a person reads in their own way. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

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

/** Why each channel was taken or left, in a sentence each. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const { t } = useTranslation()
  const word = useReasonWord()
  const format = useFormat()
  const { timeZone } = useOrganization()

  if (reasons.length === 0) {
    return (
      <Text fz="sm" c="dimmed">
        {t('notification.noReasons')}
      </Text>
    )
  }
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {reasons.map(({ channel, decision, reason, detail }) => {
        const sign = SIGNS[decision] ?? { icon: IconCircleMinus, color: 'var(--ink-2)' }
        return (
          <Group key={channel + decision + reason} component="li" gap="xs" wrap="nowrap" align="flex-start">
            <sign.icon size={18} color={sign.color} aria-hidden style={{ flex: 'none', marginTop: 1 }} />
            <Text fz="sm">
              <b>{t(`channel.${channel}`)}</b> {t('table.of', { label: word(decision), value: word(reason) })}
              {detail && (
                <Text component="span" fz="sm" c="dimmed">
                  {` (${ISO_TIME.test(detail) ? exactTime(new Date(detail), format, timeZone) : detail})`}
                </Text>
              )}
            </Text>
          </Group>
        )
      })}
    </Stack>
  )
}
