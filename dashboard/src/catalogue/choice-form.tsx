import type { CatalogueEntry } from '@carillon/client'
import { Button, MultiSelect, NumberInput, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { eventName } from '../parts/event-name.ts'
import type { Channel } from '../vocabulary.ts'
import { useChange } from './catalogue-page.tsx'

type Lane = CatalogueEntry['lane']

/** Channels, their order, urgency and timing of one entry, within what may be chosen. */
export function ChoiceForm({ entry, onClose }: { entry: CatalogueEntry; onClose(): void }) {
  const { t } = useTranslation()
  const change = useChange(entry)
  const { channels: plan, mayBe } = entry
  const [how, setHow] = useState<'all' | 'firstOf'>('all' in plan ? 'all' : 'firstOf')
  const [channels, setChannels] = useState<readonly Channel[]>('all' in plan ? plan.all : plan.firstOf)
  const [minutes, setMinutes] = useState<number | ''>(('firstOf' in plan && plan.ifNoReportWithinMinutes) || '')
  const [lane, setLane] = useState<Lane>(entry.lane)
  const [offset, setOffset] = useState<number | ''>(entry.offsetMinutes ?? '')
  const save = () =>
    change.mutate(
      {
        channels:
          how === 'all'
            ? { all: [...channels] }
            : { firstOf: [...channels], ...(minutes === '' ? {} : { ifNoReportWithinMinutes: minutes }) },
        lane,
        ...(mayBe.shifted ? { offsetMinutes: offset === '' ? null : offset } : {}),
      },
      { onSuccess: onClose },
    )
  const asBefore = () => change.mutate({ channels: null, lane: null, offsetMinutes: null }, { onSuccess: onClose })
  return (
    <Dialog
      opened
      title={t('catalogue.changeLabel', { type: eventName(entry.type), who: t(`audience.${entry.audience}`) })}
      onClose={onClose}
    >
      <Stack>
        <Select
          label={t('catalogue.how')}
          allowDeselect={false}
          value={how}
          data={[
            { value: 'all', label: t('catalogue.howAll') },
            { value: 'firstOf', label: t('catalogue.howFirstOf') },
          ]}
          onChange={(value) => setHow(value === 'firstOf' ? 'firstOf' : 'all')}
        />
        <MultiSelect
          label={t('catalogue.channels')}
          description={t('catalogue.order')}
          value={[...channels]}
          data={mayBe.channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
          onChange={(value) => setChannels(value as Channel[])}
        />
        {how === 'firstOf' && (
          <NumberInput
            label={t('catalogue.minutes')}
            description={t('templateField.optional')}
            min={1}
            max={10_080}
            allowDecimal={false}
            value={minutes}
            onChange={(value) => setMinutes(typeof value === 'number' ? value : '')}
          />
        )}
        <Select
          label={t('message.lane')}
          allowDeselect={false}
          disabled={mayBe.lanes.length < 2}
          value={lane}
          data={mayBe.lanes.map((value) => ({ value, label: t(`lane.${value}`) }))}
          onChange={(value) => setLane((value as Lane | null) ?? lane)}
        />
        {mayBe.shifted && (
          <NumberInput
            label={t('catalogue.offset')}
            description={t('catalogue.offsetText')}
            min={-10_080}
            max={10_080}
            allowDecimal={false}
            value={offset}
            onChange={(value) => setOffset(typeof value === 'number' ? value : '')}
          />
        )}
        <Text fz="sm" c="dimmed">
          {t('catalogue.fromNowOn')}
        </Text>
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button variant="subtle" onClick={asBefore}>
          {t('catalogue.asBefore')}
        </Button>
        <Button loading={change.isPending} disabled={channels.length === 0} onClick={save}>
          {t('catalogue.save')}
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
