import type { Limits } from '@carillon/client'
import { Group, Progress, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { durationText } from '../parts/time.ts'

/** What an account may send, what of it is used, and when that is whole again. */
export function AccountLimits({ limits }: { limits: Limits['accounts'][number] | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number) => new Intl.NumberFormat(format).format(value)
  const { perSecond, perDay } = limits ?? {}
  if (!perSecond && !perDay) return null
  return (
    <Group gap="lg" mt="sm" fz="sm" c="dimmed">
      {perSecond && <span>{t('providers.perSecond', { rate: number(perSecond.rate) })}</span>}
      {perDay && (
        <div style={{ flex: '0 1 420px' }}>
          <Progress
            size="sm"
            value={(100 * perDay.used) / perDay.limit}
            color={perDay.remaining === 0 ? 'red' : 'petrol'}
            aria-label={t('providers.dayUsed')}
            mb={4}
          />
          <Text fz="sm" c="dimmed">
            {t('providers.perDay', { used: number(perDay.used), most: number(perDay.limit) })}
            {perDay.used > 0 &&
              ` · ${t('providers.whole', { time: durationText(perDay.resetSeconds * 1000, format) })}`}
          </Text>
        </div>
      )}
    </Group>
  )
}
