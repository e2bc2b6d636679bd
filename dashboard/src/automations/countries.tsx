import type { DeliverySettings } from '@carillon/client'
import { ActionIcon, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { DialogButtons } from '../parts/dialog.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'
import { useMay } from '../session/session.ts'
import { deliverySettingsQuery } from './queries.ts'

type Settings = DeliverySettings['phoneCountries']
type Rule = Settings['others']

const RULES = ['watched', 'open', 'blocked'] as const satisfies readonly Rule[]
/** Numbers that are dialled the same from everywhere: satellites, premium services. */
const NO_COUNTRY = 'ZZ'
/** What `Intl` has a name for and is no country with phones. */
const NO_PLACES = ['EU', 'EZ', 'UN', 'QO', 'XA', 'XB']
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const CODES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))

/** A country in the reader's language. */
export function useCountryName(): (code: string) => string {
  const { t } = useTranslation()
  const names = new Intl.DisplayNames(useFormat(), { type: 'region' })
  return (code) => (code === NO_COUNTRY ? t('countries.none') : (names.of(code) ?? code))
}

function useSave(onSuccess?: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (phoneCountries: Partial<Omit<Settings, 'own'>> & { own?: Record<string, Rule | null> }) =>
      carillon.deliverySettings.update({ phoneCountries }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: deliverySettingsQuery.queryKey }),
    ...(onSuccess && { onSuccess }),
  })
}

/** Of a country that is held back: let through, or kept closed; and what was decided. */
export function CountryChoice({ country }: { country: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const { data } = useQuery(deliverySettingsQuery)
  const save = useSave()
  const decided = data?.phoneCountries.own[country]
  if (decided === 'open' || decided === 'blocked')
    return <ToneBadge tone="held">{t(`countries.rule.${decided}`)}</ToneBadge>
  if (!data || !may('settings.manage')) return null
  const decide = (rule: Rule) => save.mutate({ own: { [country]: rule } }, { onError: toastProblem })
  return (
    <Group gap="xs">
      <Button size="compact-sm" variant="default" loading={save.isPending} onClick={() => decide('open')}>
        {t('countries.letThrough')}
      </Button>
      <Button size="compact-sm" variant="default" loading={save.isPending} onClick={() => decide('blocked')}>
        {t('countries.keepClosed')}
      </Button>
    </Group>
  )
}

/** Where SMS and WhatsApp may go. */
export function Countries({ onClose }: { onClose(): void }) {
  const { data, error, refetch } = useQuery(deliverySettingsQuery)
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  return data ? <Form settings={data.phoneCountries} onClose={onClose} /> : null
}

function Form({ settings, onClose }: { settings: Settings; onClose(): void }) {
  const { t } = useTranslation()
  const nameOf = useCountryName()
  const format = useFormat()
  const [draft, setDraft] = useState(settings)
  const save = useSave(onClose)
  const change = (changes: Partial<Settings>) => setDraft((before) => ({ ...before, ...changes }))
  const rules = RULES.map((value) => ({ value, label: t(`countries.rule.${value}`) }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const gone = Object.keys(settings.own).filter((code) => !(code in draft.own))
    save.mutate({ ...draft, own: { ...draft.own, ...Object.fromEntries(gone.map((code) => [code, null])) } })
  }
  const decide = (code: string, rule: Rule | undefined) => {
    const { [code]: _, ...others } = draft.own
    change({ own: rule === undefined ? others : { ...others, [code]: rule } })
  }
  const known = new Intl.DisplayNames(format, { type: 'region', fallback: 'none' })
  const byName = (one: { label: string }, other: { label: string }) => one.label.localeCompare(other.label, format)
  const addable = CODES.filter((code) => !(code in draft.own) && !NO_PLACES.includes(code) && known.of(code))
    .map((value) => ({ value, label: nameOf(value) }))
    .sort(byName)
  const own = Object.keys(draft.own)
    .map((value) => ({ value, label: nameOf(value) }))
    .sort(byName)
  const isWatched = draft.others === 'watched' || Object.values(draft.own).includes('watched')
  return (
    <form onSubmit={submit}>
      <Text fz="sm" c="dimmed" mb="md">
        {t('countries.intro')}
      </Text>
      <Stack gap="md">
        <Select
          label={t('countries.others')}
          data={rules}
          allowDeselect={false}
          value={draft.others}
          onChange={(value) => change({ others: RULES.find((rule) => rule === value) ?? 'watched' })}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          <NumberInput
            label={t('countries.perDay')}
            suffix={t('countries.perDayUnit')}
            min={1}
            decimalScale={0}
            disabled={!isWatched}
            value={draft.perDay}
            onChange={(value) => change({ perDay: Number(value) || 1 })}
          />
          <NumberInput
            label={t('countries.timesUsual')}
            suffix={t('countries.timesUsualUnit')}
            min={1}
            decimalScale={0}
            disabled={!isWatched}
            value={draft.timesUsual}
            onChange={(value) => change({ timesUsual: Number(value) || 1 })}
          />
        </SimpleGrid>
        {own.length > 0 && (
          <Stack gap="xs">
            <Text fz="sm" fw={500}>
              {t('countries.own')}
            </Text>
            {own.map(({ value: code, label }) => (
              <Group key={code} justify="space-between" gap="sm">
                <Text fz="sm">{label}</Text>
                <Group gap="xs">
                  <Select
                    aria-label={t('countries.ruleOf', { country: label })}
                    data={rules}
                    allowDeselect={false}
                    value={draft.own[code] ?? null}
                    onChange={(value) =>
                      decide(
                        code,
                        RULES.find((rule) => rule === value),
                      )
                    }
                  />
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('countries.remove', { country: label })}
                    onClick={() => decide(code, undefined)}
                  >
                    ×
                  </ActionIcon>
                </Group>
              </Group>
            ))}
          </Stack>
        )}
        <Select
          aria-label={t('countries.add')}
          placeholder={t('countries.add')}
          data={addable}
          searchable
          value={null}
          onChange={(code) => code && decide(code, 'open')}
        />
        {save.error && <ProblemNotice error={save.error} />}
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button type="submit" loading={save.isPending}>
          {t('countries.save')}
        </Button>
      </DialogButtons>
    </form>
  )
}
