import type { AlertRules } from '@carillon/client'
import { Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { minorPer } from '../parts/money.ts'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { CHANNELS } from '../vocabulary.ts'
import { Countries, CountryChoice, useCountryName } from './countries.tsx'
import { alertRulesQuery, openAlertsQuery } from './queries.ts'

type Rule = keyof AlertRules

const LANES = ['critical', 'immediate', 'scheduled', 'bulk'] as const
/** Each rule with the number it is about. */
const LIMITS = {
  bounces: 'percent',
  complaints: 'percent',
  queue: null,
  dead_letters: 'perHour',
  automation: null,
  automation_late: 'minutes',
  cost: 'perDay',
  budget_email: 'perMonth',
  budget_sms: 'perMonth',
  budget_whatsapp: 'perMonth',
  webhooks: 'waiting',
  inbound: 'hours',
  reports: 'percent',
  reminders: 'atLeast',
} as const satisfies Record<Rule, string | null>
const RULES = Object.keys(LIMITS) as Rule[]
const UNITS = ['bounces', 'complaints', 'automation_late', 'inbound', 'reports'] as const
const hasUnit = (name: Rule): name is (typeof UNITS)[number] => UNITS.some((one) => one === name)
const isBudget = (name: Rule): name is 'budget_email' | 'budget_sms' | 'budget_whatsapp' => name.startsWith('budget_')
const isMoney = (name: Rule) => name === 'cost' || isBudget(name)

/** What is wrong at the moment, and from when on it is. */
export function Alerts() {
  const { t } = useTranslation()
  const may = useMay()
  const [opened, dialog] = useDisclosure()
  const [countriesOpened, countries] = useDisclosure()
  const countryName = useCountryName()
  const { data, error, refetch } = useQuery(openAlertsQuery)
  const subjectOf = (subject: string | null) => {
    const lane = LANES.find((one) => one === subject)
    if (lane) return t(`lane.${lane}`)
    const channel = CHANNELS.find((one) => one === subject)
    if (channel) return t(`channel.${channel}`)
    return subject === 'nearly' || subject === 'spent' ? t(`alerts.${subject}`) : subject
  }
  return (
    <Panel
      title={t('alerts.title')}
      actions={
        may('settings.manage') && (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={countries.open}>
              {t('countries.title')}
            </Button>
            <Button variant="default" size="xs" onClick={dialog.open}>
              {t('alerts.limits')}
            </Button>
          </Group>
        )
      }
    >
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <Text fz="sm">{t('alerts.none')}</Text>}
      <Stack gap="xs">
        {data?.items.map(({ id, rule, subject, since, facts }) => (
          <Group key={id} gap="sm">
            <ToneBadge tone="bad">{t(`alertRule.${rule}`)}</ToneBadge>
            <Text fz="sm">
              {rule === 'countries' && subject
                ? countryName(subject)
                : typeof facts.name === 'string'
                  ? facts.name
                  : subjectOf(subject)}
            </Text>
            <Text fz="sm" c="dimmed">
              {t('alerts.since')} <When at={since} />
            </Text>
            {rule === 'countries' && subject && <CountryChoice country={subject} />}
          </Group>
        ))}
      </Stack>
      <Dialog opened={opened} onClose={dialog.close} title={t('alerts.limits')} size="lg">
        {opened && <Limits onClose={dialog.close} />}
      </Dialog>
      <Dialog opened={countriesOpened} onClose={countries.close} title={t('countries.title')} size="lg">
        {countriesOpened && <Countries onClose={countries.close} />}
      </Dialog>
    </Panel>
  )
}

function Limits({ onClose }: { onClose(): void }) {
  const { data, error, refetch } = useQuery(alertRulesQuery)
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  return data ? <Form rules={data} onClose={onClose} /> : null
}

function Form({ rules, onClose }: { rules: AlertRules; onClose(): void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(rules)
  const change = <Name extends Rule>(name: Name, changes: Partial<AlertRules[Name]>) =>
    setDraft((before) => ({ ...before, [name]: { ...before[name], ...changes } }))
  const save = useMutation({
    mutationFn: async () => {
      for (const name of RULES)
        if (JSON.stringify(draft[name]) !== JSON.stringify(rules[name]))
          await carillon.alerts.updateRule(name, { ...draft[name] })
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: alertRulesQuery.queryKey }),
    onSuccess: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const unitOf = (name: Rule): string => {
    if (hasUnit(name)) return t(`alertUnit.${name}`)
    return isMoney(name) ? ` ${draft[name].currency}` : ''
  }
  const limitOf = (name: Rule): number | '' => {
    const field = LIMITS[name]
    if (field === null) return ''
    const value = (draft[name] as Record<string, unknown>)[field]
    if (typeof value !== 'number') return ''
    return isMoney(name) ? value / minorPer(draft[name].currency) : value
  }
  const setLimit = (name: Rule, value: number | string) => {
    const field = LIMITS[name]
    if (field === null) return
    const number = value === '' ? null : Number(value)
    change(name, {
      [field]: number !== null && isMoney(name) ? Math.round(number * minorPer(draft[name].currency)) : number,
    })
  }
  return (
    <form onSubmit={submit}>
      <Text fz="sm" c="dimmed" mb="md">
        {t('alerts.intro')}
      </Text>
      <Stack gap="md">
        {RULES.map((name) => (
          <Stack key={name} gap={6}>
            <Group justify="space-between" gap="sm">
              <Switch
                label={t(`alertRule.${name}`)}
                description={t(`alertRuleText.${name}`)}
                maw={360}
                checked={draft[name].enabled}
                onChange={(event) => change(name, { enabled: event.currentTarget.checked })}
              />
              {LIMITS[name] !== null && (
                <NumberInput
                  w={150}
                  aria-label={t('alerts.limitOf', { rule: t(`alertRule.${name}`) })}
                  disabled={!draft[name].enabled}
                  min={0}
                  decimalScale={2}
                  placeholder={t('alerts.noLimit')}
                  suffix={unitOf(name)}
                  value={limitOf(name)}
                  onChange={(value) => setLimit(name, value)}
                />
              )}
            </Group>
            {isBudget(name) && draft[name].perMonth !== null && (
              <Switch
                ps={46}
                size="xs"
                label={t('alerts.stop')}
                checked={draft[name].stop}
                disabled={!draft[name].enabled}
                onChange={(event) => change(name, { stop: event.currentTarget.checked })}
              />
            )}
            {name === 'queue' && (
              <Group gap="sm" ps={46}>
                {LANES.map((lane) => (
                  <NumberInput
                    key={lane}
                    w={120}
                    label={t(`lane.${lane}`)}
                    disabled={!draft.queue.enabled}
                    min={1}
                    decimalScale={0}
                    suffix={t('alertUnit.automation_late')}
                    value={draft.queue.minutes[lane]}
                    onChange={(value) =>
                      change('queue', { minutes: { ...draft.queue.minutes, [lane]: Number(value) || 1 } })
                    }
                  />
                ))}
              </Group>
            )}
          </Stack>
        ))}
        {save.error && <ProblemNotice error={save.error} />}
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button type="submit" loading={save.isPending}>
          {t('automations.save')}
        </Button>
      </DialogButtons>
    </form>
  )
}
