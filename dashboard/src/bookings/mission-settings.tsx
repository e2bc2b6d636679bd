import type { BookingSettings } from '@carillon/client'
import { Button, Group, NumberInput, SimpleGrid, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { faultAt } from '../parts/faults.ts'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { bookingSettingsQuery } from './queries.ts'
import { type Field, numberIn } from './service-draft.ts'

/** How far and for how long professionals are asked, and how long quotes stand. */
export function MissionSettings() {
  const { t } = useTranslation()
  const settings = useQuery(bookingSettingsQuery)
  return (
    <>
      {settings.error && <ProblemNotice error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.isPending && <Skeleton h={280} aria-label={t('app.loading')} />}
      {settings.data && <Form settings={settings.data} />}
    </>
  )
}

const DISTANCES = ['radiusKm', 'widenedRadiusKm'] as const
const HOURS = ['answerHours', 'urgentHours', 'urgentAnswerHours', 'quoteValidHours'] as const

type Draft = Pick<BookingSettings, 'currency'> & Record<(typeof DISTANCES | typeof HOURS)[number], Field>

function Form({ settings }: { settings: BookingSettings }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const mayManage = useMay()('settings.manage')
  const [draft, setDraft] = useState<Draft>(settings)
  const [point, setPoint] = useState<{ latitude: Field; longitude: Field }>(
    settings.fallback ?? { latitude: '', longitude: '' },
  )
  const [hasPoint, setHasPoint] = useState(settings.fallback !== null)
  const save = useMutation({
    mutationFn: () =>
      carillon.bookings.settings.update({
        currency: draft.currency,
        ...Object.fromEntries([...DISTANCES, ...HOURS].map((name) => [name, numberIn(draft[name])])),
        fallback: hasPoint ? { latitude: Number(point.latitude), longitude: Number(point.longitude) } : null,
      }),
    onSuccess: (now) => {
      queryClient.setQueryData(bookingSettingsQuery.queryKey, now)
      notifications.show({ color: 'green', message: t('bookingSettings.saved') })
    },
  })
  const field = (name: (typeof DISTANCES | typeof HOURS)[number], suffix: string) => (
    <NumberInput
      key={name}
      label={t(`bookingSettings.${name}`)}
      description={t(`bookingSettings.${name}Hint`)}
      suffix={suffix}
      min={0}
      value={draft[name]}
      onChange={(value) => setDraft({ ...draft, [name]: value })}
      error={faultAt(save.error, name)}
      disabled={!mayManage}
    />
  )
  const coordinate = (name: 'latitude' | 'longitude', limit: number) => (
    <NumberInput
      label={t(`professionals.${name}`)}
      min={-limit}
      max={limit}
      decimalScale={6}
      value={point[name]}
      onChange={(value) => setPoint({ ...point, [name]: value })}
      error={faultAt(save.error, `fallback.${name}`)}
      disabled={!mayManage}
      required
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Panel>
      <form onSubmit={submit} noValidate>
        <Stack maw={760}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md">
            {DISTANCES.map((name) => field(name, ' km'))}
            {HOURS.map((name) => field(name, ' h'))}
            <TextInput
              label={t('bookingSettings.currency')}
              description={t('bookingSettings.currencyHint')}
              value={draft.currency}
              onChange={(event) => setDraft({ ...draft, currency: event.currentTarget.value.toUpperCase() })}
              error={faultAt(save.error, 'currency')}
              disabled={!mayManage}
            />
          </SimpleGrid>
          <Switch
            label={t('bookingSettings.fallback')}
            description={t('bookingSettings.fallbackHint')}
            checked={hasPoint}
            onChange={(event) => setHasPoint(event.currentTarget.checked)}
            disabled={!mayManage}
          />
          {hasPoint && (
            <SimpleGrid cols={2} spacing="md">
              {coordinate('latitude', 90)}
              {coordinate('longitude', 180)}
            </SimpleGrid>
          )}
          {save.error && <ProblemNotice error={save.error} saidAt={[...DISTANCES, ...HOURS, 'currency', 'fallback']} />}
          {mayManage ? (
            <Group>
              <Button
                type="submit"
                loading={save.isPending}
                disabled={hasPoint && (point.latitude === '' || point.longitude === '')}
              >
                {t('services.save')}
              </Button>
            </Group>
          ) : (
            <Text fz="sm" c="dimmed">
              {t('bookingSettings.readOnly')}
            </Text>
          )}
        </Stack>
      </form>
    </Panel>
  )
}
