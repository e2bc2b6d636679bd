import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Stepper,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { BackLink } from '../parts/back.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { timeOfField } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import { CHANNELS, type Channel } from '../vocabulary.ts'
import { Estimate } from './estimate.tsx'
import { type FileState, ImportContacts } from './import-contacts.tsx'
import { everySegmentQuery } from './queries.ts'
import { newCampaignSearch } from './search.ts'
import { Count } from './segment-list.tsx'

const route = getRouteApi('/inside/campaigns/new')

interface Words {
  readonly subject: string
  readonly body: string
  readonly actionLabel: string
  readonly actionUrl: string
}

const NO_WORDS: Words = { subject: '', body: '', actionLabel: '', actionUrl: '' }
const EVERYBODY = 'everybody'
const STEPS = 4

/** Prepares a campaign: who, what, when; then what it would come to, and its start. */
export function NewCampaign() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const { timeZone } = useOrganization()
  const [step, setStep] = useState(0)
  // Beside each other on a phone there is room for one name.
  const narrow = useMediaQuery('(max-width: 36em)')
  const [id, setId] = useState<string>()

  const [name, setName] = useState('')
  // Nobody while a file is to say whom: it must not go to everybody because the file came too late.
  const { import: importId } = route.useSearch()
  const [segmentId, setSegmentId] = useState<string | null>(importId ? null : EVERYBODY)
  const [importing, setImporting] = useState(importId !== undefined)
  const [file, setFile] = useState<FileState>('none')
  const [channels, setChannels] = useState<Channel[]>(['email'])
  const [words, setWords] = useState(NO_WORDS)
  const [compares, setCompares] = useState(false)
  const [second, setSecond] = useState(NO_WORDS)
  const [trial, setTrial] = useState({ share: 20, metric: 'opened' as 'opened' | 'clicked', hours: 4 })
  const [when, setWhen] = useState<'now' | 'at' | 'local'>('now')
  const [time, setTime] = useState('')
  const [asksTime, setAsksTime] = useState(false)
  const [throttled, setThrottled] = useState(false)
  const [throttle, setThrottle] = useState({ count: 1000, per: 'hour' as 'minute' | 'hour' })

  const save = useMutation({
    mutationFn: () => {
      const draft = {
        name,
        segmentId: segmentId === EVERYBODY ? null : segmentId,
        channels,
        startAt: when === 'at' ? (timeOfField(time, timeZone)?.toISOString() ?? null) : null,
        startLocal: when === 'local' ? time : null,
        throttle: throttled ? throttle : null,
        trial: compares ? trial : null,
        variants: [words, ...(compares ? [second] : [])].map((one) => ({ payload: payloadOf(one) })),
      }
      return id ? carillon.campaigns.update(id, draft) : carillon.campaigns.create(draft)
    },
    onSuccess: (campaign) => {
      setId(campaign.id)
      setStep(STEPS - 1)
      void queryClient.invalidateQueries({ queryKey: ['campaign-estimate', campaign.id] })
      void queryClient.invalidateQueries({ queryKey: ['campaigns'] })
    },
  })
  const start = useMutation({
    mutationFn: (campaign: string) => carillon.campaigns.start(campaign),
    onSuccess: (campaign) => {
      void queryClient.invalidateQueries({ queryKey: ['campaigns'] })
      void navigate({ to: '/campaigns/$id', params: { id: campaign.id } })
    },
    onError: toastProblem,
  })
  const imported = useCallback(
    (list: string) => {
      void queryClient.invalidateQueries({ queryKey: ['segments'] })
      setSegmentId(list)
    },
    [queryClient],
  )
  const keepImport = (run: string | undefined) =>
    void navigate({ to: '/campaigns/new', search: newCampaignSearch({ import: run }), replace: true })
  const fileMoved = useCallback(
    (state: FileState) => {
      setFile(state)
      if (state === 'none') void queryClient.invalidateQueries({ queryKey: ['segment'] })
    },
    [queryClient],
  )
  const switchImport = (on: boolean) => {
    setImporting(on)
    keepImport(undefined)
    setFile('none')
    setSegmentId(on ? null : (segmentId ?? EVERYBODY))
  }

  const ready = [
    name.trim() !== '' && segmentId !== null && file === 'none',
    channels.length > 0 && isWhole(words) && (!compares || isWhole(second)),
    true,
  ]
  // A field that is filled in halfway says nothing at all.
  const lacksTime = when !== 'now' && !timeOfField(time, timeZone)
  const next = () => {
    if (step < STEPS - 2) return setStep(step + 1)
    setAsksTime(lacksTime)
    if (!lacksTime) save.mutate()
  }

  return (
    <Page title={t('campaigns.new')} back={<BackLink to="/campaigns">{t('campaigns.title')}</BackLink>}>
      <Stepper active={step} onStepClick={(to) => to < step && setStep(to)} mb="lg" size="sm">
        {(['who', 'what', 'when', 'check'] as const).map((one, at) => {
          const label = t(`campaignStep.${one}`)
          const named = narrow && at !== step ? { 'aria-label': `${at + 1} ${label}` } : { label }
          return <Stepper.Step key={one} {...named} />
        })}
      </Stepper>
      <Panel>
        <Stack gap="md">
          {step === 0 && (
            <>
              <TextInput
                label={t('campaigns.name')}
                description={t('campaigns.nameHint')}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                required
              />
              <WhoField value={segmentId} counts={file === 'none'} onChange={setSegmentId} />
              <Switch
                label={t('imports.title')}
                checked={importing}
                disabled={file === 'running'}
                onChange={(event) => switchImport(event.currentTarget.checked)}
              />
              {importing && (
                <ImportContacts id={importId} onBegun={keepImport} onImported={imported} onState={fileMoved} />
              )}
            </>
          )}
          {step === 1 && (
            <>
              <MultiSelect
                label={t('campaigns.channels')}
                description={t('campaigns.channelsHint')}
                value={channels}
                onChange={(value) => setChannels(value as Channel[])}
                data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
                required
              />
              <WordsFields words={words} onChange={setWords} />
              <Switch
                label={t('campaigns.compare')}
                checked={compares}
                onChange={(event) => {
                  setCompares(event.currentTarget.checked)
                  if (second === NO_WORDS) setSecond(words)
                }}
              />
              {compares && (
                <>
                  <Text fw={600}>{t('campaigns.version', { label: 'B' })}</Text>
                  <WordsFields words={second} onChange={setSecond} />
                  <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
                    <NumberInput
                      label={t('campaigns.share')}
                      suffix=" %"
                      min={2}
                      max={100}
                      value={trial.share}
                      onChange={(value) => setTrial({ ...trial, share: Number(value) || 2 })}
                    />
                    <Select
                      label={t('campaigns.metric')}
                      allowDeselect={false}
                      value={trial.metric}
                      onChange={(value) => setTrial({ ...trial, metric: value === 'clicked' ? 'clicked' : 'opened' })}
                      data={[
                        { value: 'opened', label: t('status.opened') },
                        { value: 'clicked', label: t('status.clicked') },
                      ]}
                    />
                    <NumberInput
                      label={t('campaigns.hours')}
                      min={1}
                      max={168}
                      value={trial.hours}
                      onChange={(value) => setTrial({ ...trial, hours: Number(value) || 1 })}
                    />
                  </SimpleGrid>
                </>
              )}
            </>
          )}
          {step === 2 && (
            <>
              <Radio.Group
                label={t('campaignStep.when')}
                value={when}
                onChange={(value) => setWhen(value as typeof when)}
              >
                <Stack gap="xs" mt="xs">
                  <Radio value="now" label={t('campaigns.when_now')} />
                  <Radio value="at" label={t('campaigns.when_at')} />
                  <Radio value="local" label={t('campaigns.when_local')} />
                </Stack>
              </Radio.Group>
              {when !== 'now' && (
                <TextInput
                  type="datetime-local"
                  label={t('campaigns.time')}
                  description={when === 'at' ? timeZone : undefined}
                  value={time}
                  error={asksTime && lacksTime && t('campaigns.noTime')}
                  onChange={(event) => setTime(event.currentTarget.value)}
                  required
                  maw={260}
                />
              )}
              <Checkbox
                label={t('campaigns.slowly')}
                checked={throttled}
                onChange={(event) => setThrottled(event.currentTarget.checked)}
              />
              {throttled && (
                <Group gap="sm" align="flex-end">
                  <NumberInput
                    label={t('campaigns.throttle')}
                    min={1}
                    max={1_000_000}
                    value={throttle.count}
                    onChange={(value) => setThrottle({ ...throttle, count: Number(value) || 1 })}
                  />
                  <Select
                    aria-label={t('campaigns.period')}
                    allowDeselect={false}
                    value={throttle.per}
                    onChange={(value) => setThrottle({ ...throttle, per: value === 'minute' ? 'minute' : 'hour' })}
                    data={[
                      { value: 'minute', label: t('campaigns.perMinute') },
                      { value: 'hour', label: t('campaigns.perHour') },
                    ]}
                  />
                </Group>
              )}
            </>
          )}
          {step === STEPS - 1 && id && <Estimate id={id} />}
          {save.error && <ProblemNotice error={save.error} />}
          <Group justify="space-between">
            {step > 0 ? (
              <Button variant="default" onClick={() => setStep(step - 1)}>
                {t('actions.back')}
              </Button>
            ) : (
              <span />
            )}
            {step < STEPS - 1 ? (
              <Button disabled={!ready[step]} loading={save.isPending} onClick={next}>
                {t('campaigns.next')}
              </Button>
            ) : (
              <Group gap="sm">
                <Button variant="default" onClick={() => id && void navigate({ to: '/campaigns/$id', params: { id } })}>
                  {t('campaigns.keep')}
                </Button>
                <Button loading={start.isPending} onClick={() => id && start.mutate(id)}>
                  {t('campaigns.start')}
                </Button>
              </Group>
            )}
          </Group>
        </Stack>
      </Panel>
    </Page>
  )
}

interface WhoProps {
  readonly value: string | null
  /** Not while the list still fills. */
  readonly counts: boolean
  onChange(value: string): void
}

function WhoField({ value, counts, onChange }: WhoProps) {
  const { t } = useTranslation()
  const { data } = useQuery(everySegmentQuery)
  return (
    <Stack gap={4}>
      <Select
        label={t('campaigns.segment')}
        description={t('campaigns.segmentHint')}
        placeholder={t('campaigns.noSegment')}
        allowDeselect={false}
        searchable
        value={value}
        onChange={(chosen) => chosen && onChange(chosen)}
        data={[
          { value: EVERYBODY, label: t('campaigns.everybody') },
          ...(data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {value !== null && value !== EVERYBODY && counts && (
        <Text fz="sm" c="dimmed">
          <Count id={value} />
        </Text>
      )}
    </Stack>
  )
}

function WordsFields({ words, onChange }: { words: Words; onChange(words: Words): void }) {
  const { t } = useTranslation()
  const set = (part: Partial<Words>) => onChange({ ...words, ...part })
  return (
    <>
      <TextInput
        label={t('campaigns.subject')}
        value={words.subject}
        onChange={(event) => set({ subject: event.currentTarget.value })}
        required
      />
      <Textarea
        label={t('campaigns.body')}
        description={t('campaigns.bodyHint', {
          name: '{{name}}',
          city: '{{city|…}}',
          interpolation: { escapeValue: false },
        })}
        autosize
        minRows={5}
        value={words.body}
        onChange={(event) => set({ body: event.currentTarget.value })}
        required
      />
      <Group gap="sm" grow>
        <TextInput
          label={t('campaigns.actionLabel')}
          value={words.actionLabel}
          onChange={(event) => set({ actionLabel: event.currentTarget.value })}
        />
        <TextInput
          type="url"
          label={t('campaigns.actionUrl')}
          placeholder="https://"
          value={words.actionUrl}
          onChange={(event) => set({ actionUrl: event.currentTarget.value })}
        />
      </Group>
    </>
  )
}

const isWhole = ({ subject, body }: Words): boolean => subject.trim() !== '' && body.trim() !== ''

const payloadOf = ({ subject, body, actionLabel, actionUrl }: Words) => ({
  subject,
  body,
  ...(actionLabel.trim() ? { actionLabel } : {}),
  ...(actionUrl.trim() ? { actionUrl } : {}),
})
