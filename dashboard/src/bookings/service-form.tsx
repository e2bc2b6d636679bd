import { CarillonError, type ServiceType } from '@carillon/client'
import {
  ActionIcon,
  Button,
  Group,
  Menu,
  MultiSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { DialogButtons } from '../parts/dialog.tsx'
import { faultAt } from '../parts/faults.ts'
import { minorPer } from '../parts/money.ts'
import { itemsOf } from '../parts/paged-list.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { membersQuery } from '../team/queries.ts'
import classes from './bookings.module.css'
import { serviceTypesQuery } from './queries.ts'
import {
  draftOf,
  type Field,
  isExempt,
  newRule,
  RULE_KINDS,
  type RuleDraft,
  type ServiceDraft,
  serviceOf,
} from './service-draft.ts'

interface ServiceFormProps {
  /** A new one when there is none. */
  service: ServiceType | undefined
  currency: string
  onClose(): void
}

/** One service type and how its price comes about. What is wrong is said at its field. */
export function ServiceForm({ service, currency, onClose }: ServiceFormProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const per = minorPer(currency)
  const [draft, setDraft] = useState(() => draftOf(service, per))
  const set = (part: Partial<ServiceDraft>) => setDraft({ ...draft, ...part })
  const save = useMutation({
    mutationFn: () =>
      service
        ? carillon.bookings.serviceTypes.update(service.id, serviceOf(draft, per))
        : carillon.bookings.serviceTypes.create({ key: draft.key, ...serviceOf(draft, per) }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: serviceTypesQuery.queryKey })
      onClose()
    },
  })
  const at = (path: string) => faultAt(save.error, path)
  const setRule = (id: number, part: Partial<RuleDraft>) =>
    set({ rules: draft.rules.map((rule) => (rule.id === id ? { ...rule, ...part } : rule)) })
  const moveUp = (index: number) => {
    const rules = [...draft.rules]
    rules.splice(index - 1, 2, rules[index]!, rules[index - 1]!)
    set({ rules })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: service ? 2 : 3 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label={t('services.nameFr')}
            value={draft.label.fr}
            onChange={(event) => set({ label: { ...draft.label, fr: event.currentTarget.value } })}
            error={at('label.fr')}
            required
          />
          <TextInput
            label={t('services.nameEn')}
            value={draft.label.en}
            onChange={(event) => set({ label: { ...draft.label, en: event.currentTarget.value } })}
            error={at('label.en')}
            required
          />
          {!service && (
            <TextInput
              label={t('services.key')}
              placeholder="moving"
              value={draft.key}
              onChange={(event) => set({ key: event.currentTarget.value })}
              error={at('key')}
              required
            />
          )}
        </SimpleGrid>
        <Text fw={600} mt="xs">
          {t('services.rules')}
        </Text>
        {at('pricing.rules') && draft.rules.length === 0 && (
          <Text fz="sm" c="var(--mantine-color-error)">
            {at('pricing.rules')}
          </Text>
        )}
        {draft.rules.map((rule, index) => (
          <fieldset key={rule.id} className={classes.rule} aria-label={t(`ruleKind.${rule.kind}`)}>
            <Group justify="space-between" mb={6}>
              <div>
                <Text fz="sm" fw={600}>
                  {t(`ruleKind.${rule.kind}`)}
                </Text>
                <Text fz="xs" c="dimmed">
                  {t(`ruleText.${rule.kind}`)}
                </Text>
              </div>
              <Group gap={4}>
                {index > 0 && (
                  <ActionIcon variant="subtle" color="gray" aria-label={t('services.up')} onClick={() => moveUp(index)}>
                    <IconArrowUp size={16} aria-hidden />
                  </ActionIcon>
                )}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('services.removeRule')}
                  onClick={() => set({ rules: draft.rules.filter(({ id }) => id !== rule.id) })}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </Group>
            </Group>
            <RuleFields
              rule={rule}
              currency={currency}
              at={(path) => at(`pricing.rules.${index}.${path}`)}
              onChange={(part) => setRule(rule.id, part)}
            />
          </fieldset>
        ))}
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} style={{ alignSelf: 'start' }}>
              {t('services.addRule')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {RULE_KINDS.map((kind) => (
              <Menu.Item key={kind} onClick={() => set({ rules: [...draft.rules, newRule(kind)] })}>
                {t(`ruleKind.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm" mt="xs">
          <NumberInput
            label={t('services.minimum')}
            suffix={` ${currency}`}
            min={0}
            value={draft.minimum}
            onChange={(value) => set({ minimum: value })}
            error={at('pricing.minimum')}
          />
          <NumberInput
            label={t('services.share')}
            suffix=" %"
            min={0}
            max={100}
            value={draft.share}
            onChange={(value) => set({ share: value })}
            error={at('professionalShare')}
          />
          <NumberInput
            label={t('services.vatRate')}
            description={t('services.vatRateHint')}
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={draft.vatRate}
            onChange={(value) => set({ vatRate: value })}
            error={at('vatRate')}
          />
          {isExempt(draft) && (
            <>
              <TextInput
                label={t('services.exemptionCode')}
                description={t('services.exemptionCodeHint')}
                placeholder="VATEX-EU-132-1I"
                value={draft.exemption.code}
                onChange={(event) => set({ exemption: { ...draft.exemption, code: event.currentTarget.value } })}
                error={at('vatExemption.code')}
                required
              />
              {(['fr', 'en'] as const).map((language) => (
                <TextInput
                  key={language}
                  label={t(`services.exemption.${language}`)}
                  value={draft.exemption[language]}
                  onChange={(event) =>
                    set({ exemption: { ...draft.exemption, [language]: event.currentTarget.value } })
                  }
                  error={at(`vatExemption.reason.${language}`)}
                  required
                />
              ))}
            </>
          )}
        </SimpleGrid>
        <Switch
          label={t('services.insurance')}
          checked={draft.insurance}
          onChange={(event) => set({ insurance: event.currentTarget.checked })}
        />
        {draft.insurance && (
          <SimpleGrid cols={2} spacing="sm">
            <NumberInput
              label={t('services.insurancePercent')}
              suffix=" %"
              min={0}
              value={draft.insurancePercent}
              onChange={(value) => set({ insurancePercent: value })}
              error={at('pricing.insurance.percent')}
              required
            />
            <NumberInput
              label={t('services.insuranceMinimum')}
              suffix={` ${currency}`}
              min={0}
              value={draft.insuranceMinimum}
              onChange={(value) => set({ insuranceMinimum: value })}
              error={at('pricing.insurance.minimum')}
            />
          </SimpleGrid>
        )}
        <Responsible
          value={draft.responsibleIds}
          error={at('responsibleIds')}
          onChange={(responsibleIds) => set({ responsibleIds })}
        />
        <Switch
          label={t('services.enabled')}
          checked={draft.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
        {save.error && !(save.error instanceof CarillonError && save.error.errors.length > 0) && (
          <ProblemNotice error={save.error} />
        )}
        {save.error instanceof CarillonError && save.error.errors.length > 0 && (
          <Text fz="sm" c="var(--mantine-color-error)" role="alert">
            {t('services.faults', { count: save.error.errors.length })}
          </Text>
        )}
        <DialogButtons onBack={onClose}>
          <Button type="submit" loading={save.isPending}>
            {t('services.save')}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  )
}

interface RuleFieldsProps {
  rule: RuleDraft
  currency: string
  at(path: string): string | undefined
  onChange(part: Partial<RuleDraft>): void
}

function RuleFields({ rule, currency, at, onChange }: RuleFieldsProps) {
  const { t } = useTranslation()
  const money = (label: string, value: Field, path: string, change: (value: Field) => void) => (
    <NumberInput
      label={label}
      suffix={` ${currency}`}
      min={0}
      decimalScale={Math.log10(minorPer(currency))}
      value={value}
      onChange={(typed) => change(typed)}
      error={at(path)}
      required
    />
  )
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" verticalSpacing="xs">
        <TextInput
          label={t('services.lineFr')}
          value={rule.label.fr}
          onChange={(event) => onChange({ label: { ...rule.label, fr: event.currentTarget.value } })}
          error={at('label.fr')}
          required
        />
        <TextInput
          label={t('services.lineEn')}
          value={rule.label.en}
          onChange={(event) => onChange({ label: { ...rule.label, en: event.currentTarget.value } })}
          error={at('label.en')}
          required
        />
        {rule.kind !== 'base' && (
          <TextInput
            label={t('services.input')}
            placeholder="volume"
            value={rule.input}
            onChange={(event) => onChange({ input: event.currentTarget.value })}
            error={at('input')}
            required
          />
        )}
        {rule.kind !== 'steps' &&
          rule.kind !== 'surcharge' &&
          money(t(`ruleAmount.${rule.kind}`), rule.amount, 'amount', (amount) => onChange({ amount }))}
        {rule.kind === 'per_unit' && (
          <NumberInput
            label={t('services.included')}
            min={0}
            value={rule.included}
            onChange={(value) => onChange({ included: value })}
            error={at('included')}
          />
        )}
        {rule.kind === 'surcharge' && (
          <NumberInput
            label={t('services.percent')}
            suffix=" %"
            min={0}
            value={rule.percent}
            onChange={(value) => onChange({ percent: value })}
            error={at('percent')}
            required
          />
        )}
      </SimpleGrid>
      {rule.kind === 'steps' && <Steps rule={rule} at={at} onChange={onChange} money={money} />}
    </Stack>
  )
}

function Steps({
  rule,
  at,
  onChange,
  money,
}: Pick<RuleFieldsProps, 'rule' | 'at' | 'onChange'> & {
  money(label: string, value: Field, path: string, change: (value: Field) => void): ReactNode
}) {
  const { t } = useTranslation()
  const change = (index: number, part: object) =>
    onChange({ steps: rule.steps.map((step, at) => (at === index ? { ...step, ...part } : step)) })
  return (
    <>
      {rule.steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is nothing but its place
        <Group key={index} gap="sm" align="flex-end" wrap="nowrap">
          <NumberInput
            label={t('services.upTo')}
            min={0}
            value={step.upTo}
            onChange={(value) => change(index, { upTo: value })}
            error={at(`steps.${index}.upTo`)}
            required
          />
          {money(t('bookings.amount'), step.amount, `steps.${index}.amount`, (amount) => change(index, { amount }))}
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t('services.removeStep')}
            disabled={rule.steps.length === 1}
            onClick={() => onChange({ steps: rule.steps.filter((_, at) => at !== index) })}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        style={{ alignSelf: 'start' }}
        onClick={() => onChange({ steps: [...rule.steps, { upTo: '', amount: '' }] })}
      >
        {t('services.addStep')}
      </Button>
    </>
  )
}

/** Members who are told of every booking of it. */
function Responsible({
  value,
  error,
  onChange,
}: {
  value: readonly string[]
  error: string | undefined
  onChange(ids: string[]): void
}) {
  const { t } = useTranslation()
  const mayRead = useMay()('members.read')
  const members = itemsOf(useInfiniteQuery({ ...membersQuery, enabled: mayRead }))
  if (!mayRead) return null
  return (
    <MultiSelect
      label={t('services.responsible')}
      description={t('services.responsibleHint')}
      value={[...value]}
      onChange={onChange}
      error={error}
      data={members.map(({ id, name, email }) => ({ value: id, label: name ?? email ?? id }))}
      searchable
    />
  )
}
