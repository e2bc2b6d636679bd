import { Button, Select, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { now } from '../parts/now.ts'
import { longTime } from '../parts/time.ts'
import { remindersQuery } from '../reminders/queries.ts'
import { reminderFilter } from '../reminders/search.ts'
import { useOrganization } from '../session/session.ts'

interface ClockBeforeProps {
  opened: boolean
  pending: boolean
  onClose(): void
  onJump(before: { subject: string; offset: string }): void
}

const OFFSETS = { PT1H: 'offset1h', PT24H: 'offset24h', P2D: 'offset2d', P7D: 'offset7d' } as const

/** To so long before an appointment, or anything else that has reminders. */
export function ClockBefore({ opened, onClose, ...props }: ClockBeforeProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('clock.beforeTitle')}>
      <Form {...props} onClose={onClose} />
    </Dialog>
  )
}

function Form({ pending, onClose, onJump }: Omit<ClockBeforeProps, 'opened'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const [ahead] = useState(() => reminderFilter({}, now()))
  const plans = useInfiniteQuery(remindersQuery(ahead)).data?.pages.flatMap(({ items }) => items)
  const [chosen, setChosen] = useState<string | null>(null)
  const [offset, setOffset] = useState<string>('PT24H')
  const subject = chosen ?? plans?.[0]?.subject ?? null

  return (
    <>
      <Stack gap="sm">
        <Text fz="sm">{t('clock.beforeText')}</Text>
        {plans?.length === 0 ? (
          <Text fz="sm" fw={600}>
            {t('clock.nothingPlanned')}
          </Text>
        ) : (
          <Select
            label={t('clock.subject')}
            data={(plans ?? []).map(({ subject, at, contactName }) => ({
              value: subject,
              label: [subject, contactName, longTime(new Date(at), format, timeZone)].filter(Boolean).join(' · '),
            }))}
            value={subject}
            onChange={setChosen}
            searchable
            allowDeselect={false}
          />
        )}
        <Select
          label={t('clock.offset')}
          data={Object.entries(OFFSETS).map(([value, name]) => ({ value, label: t(`clock.${name}`) }))}
          value={offset}
          onChange={(value) => value && setOffset(value)}
          allowDeselect={false}
        />
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button
          loading={pending}
          disabled={subject === null}
          onClick={() => subject !== null && onJump({ subject, offset })}
        >
          {t('clock.jump')}
        </Button>
      </DialogButtons>
    </>
  )
}
