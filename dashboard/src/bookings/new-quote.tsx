import { CarillonError, type ServiceType } from '@carillon/client'
import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCalendarEvent } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { Empty } from '../parts/empty.tsx'
import { faultAt } from '../parts/faults.ts'
import { ButtonLink } from '../parts/link.tsx'
import { now } from '../parts/now.ts'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { fieldTime, timeOfField } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import { PriceLines } from './price-lines.tsx'
import { quotePriceQuery, serviceTypesQuery } from './queries.ts'
import type { Field } from './service-draft.ts'
import { useLabel } from './service-name.ts'

/** Prices a request, and makes the quote a client can pay. */
export function NewQuotePage() {
  const { t } = useTranslation()
  const services = useQuery(serviceTypesQuery)
  const sold = services.data?.items.filter(({ enabled }) => enabled)
  return (
    <Page
      title={t('quotes.new')}
      intro={t('quotes.newIntro')}
      back={<BackLink to="/bookings/quotes">{t('quotes.title')}</BackLink>}
    >
      {services.error && <ProblemNotice error={services.error} onRetry={() => void services.refetch()} />}
      {services.isPending && <Skeleton h={320} aria-label={t('app.loading')} />}
      {sold?.length === 0 && (
        <Empty icon={IconCalendarEvent} title={t('services.empty')} text={t('bookings.emptyService')}>
          <ButtonLink to="/bookings/settings" mt="sm">
            {t('bookings.addService')}
          </ButtonLink>
        </Empty>
      )}
      {sold?.[0] && <QuoteForm services={sold} first={sold[0]} />}
    </Page>
  )
}

type Inputs = Readonly<Record<string, Field | boolean>>

/** What a service's rules ask for: a number or a yes for each input, each once. */
const inputsOf = ({ pricing }: ServiceType) => {
  const asked = new Map<string, { label: ServiceType['label']; kind: 'number' | 'yes' }>()
  for (const rule of pricing.rules)
    if (rule.kind !== 'base' && !asked.has(rule.input))
      asked.set(rule.input, {
        label: rule.label,
        kind: rule.kind === 'per_unit' || rule.kind === 'steps' ? 'number' : 'yes',
      })
  return [...asked].map(([name, about]) => ({ name, ...about }))
}

const WEEK_MS = 7 * 86_400_000
const NINE = 'T09:00'
const TYPED_MS = 300
const WRITTEN = { line: '', postalCode: '', city: '', name: '', email: '', phone: '' }
const BILLED = { company: '', siren: '', vatId: '', line: '', postalCode: '', city: '', country: 'FR' }

function QuoteForm({ services, first }: { services: readonly ServiceType[]; first: ServiceType }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const labelOf = useLabel()
  const { timeZone } = useOrganization()
  const [key, setKey] = useState(first.key)
  const [inputs, setInputs] = useState<Inputs>({})
  const [insurance, setInsurance] = useState(false)
  const [written, setWritten] = useState(WRITTEN)
  const [isBilled, setIsBilled] = useState(false)
  const [billed, setBilled] = useState(BILLED)
  const [wished, setWished] = useState(
    () => fieldTime(new Date(now().getTime() + WEEK_MS), timeZone).slice(0, 10) + NINE,
  )
  const service = services.find((one) => one.key === key) ?? first
  const asked = inputsOf(service)
  const write = (part: Partial<typeof WRITTEN>) => setWritten({ ...written, ...part })

  const order = {
    service: service.key,
    inputs: Object.fromEntries(
      asked.flatMap(({ name, kind }): [string, number | boolean][] => {
        const value = inputs[name]
        if (kind === 'yes') return value === true ? [[name, true]] : []
        return typeof value === 'boolean' || value === undefined || value === '' ? [] : [[name, Number(value)]]
      }),
    ),
    insurance: insurance && service.pricing.insurance !== undefined,
  }
  const isWhole = asked.every(({ name, kind }) => kind === 'yes' || typeof order.inputs[name] === 'number')
  // As text: a new object each time would never come to rest.
  const [settled] = useDebouncedValue(JSON.stringify(order), TYPED_MS)
  const price = useQuery({
    ...quotePriceQuery({ ...(JSON.parse(settled) as typeof order), locale: i18n.language === 'fr' ? 'fr' : 'en' }),
    enabled: isWhole,
  })

  const make = useMutation({
    mutationFn: () => {
      const { name, email, phone, line, postalCode, city } = written
      const at = timeOfField(wished, timeZone)
      return carillon.bookings.quote({
        ...order,
        address: { line, postalCode, city },
        wishedAt: at?.toISOString() ?? '',
        customer: {
          ...(name.trim() && { name }),
          ...(email.trim() && { email: email.trim() }),
          ...(phone.trim() && { phone }),
          ...(isBilled && billedTo(billed)),
        },
      })
    },
    onSuccess: ({ temporaryId }) => {
      void queryClient.invalidateQueries({ queryKey: ['quotes'] })
      void navigate({ to: '/bookings/quotes/$temporaryId', params: { temporaryId } })
    },
  })
  const error = make.error ?? price.error
  const at = (path: string) => faultAt(error, path)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const field = (name: keyof typeof WRITTEN, path: string) => ({
    label: t(`quotes.${name}`),
    value: written[name],
    error: at(path),
    onChange: (event: { currentTarget: HTMLInputElement }) => write({ [name]: event.currentTarget.value }),
  })

  const billedField = (name: keyof typeof BILLED, path: string) => (
    <TextInput
      label={t(`billing.${name}`)}
      value={billed[name]}
      onChange={(event) => {
        const typed = event.currentTarget.value
        setBilled({ ...billed, [name]: name === 'country' ? typed.toUpperCase() : typed })
      }}
      error={at(`customer.${path}`)}
      autoComplete="off"
    />
  )

  return (
    <form onSubmit={submit} noValidate>
      <div className={columns.columns}>
        <Stack>
          <Panel title={t('quotes.service')}>
            <Stack gap="sm">
              <Select
                label={t('bookings.service')}
                allowDeselect={false}
                value={service.key}
                onChange={(value) => value && setKey(value)}
                data={services.map((one) => ({ value: one.key, label: labelOf(one.label) }))}
              />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
                {asked
                  .filter(({ kind }) => kind === 'number')
                  .map(({ name, label }) => (
                    <NumberInput
                      key={name}
                      label={labelOf(label)}
                      min={0}
                      decimalScale={3}
                      required
                      value={typeof inputs[name] === 'boolean' ? '' : (inputs[name] ?? '')}
                      onChange={(value) => setInputs({ ...inputs, [name]: value })}
                      error={at(`inputs.${name}`)}
                    />
                  ))}
              </SimpleGrid>
              {asked
                .filter(({ kind }) => kind === 'yes')
                .map(({ name, label }) => (
                  <Checkbox
                    key={name}
                    label={labelOf(label)}
                    checked={inputs[name] === true}
                    onChange={(event) => setInputs({ ...inputs, [name]: event.currentTarget.checked })}
                    error={at(`inputs.${name}`)}
                  />
                ))}
              {service.pricing.insurance && (
                <Checkbox
                  label={t('quotes.insurance')}
                  checked={insurance}
                  onChange={(event) => setInsurance(event.currentTarget.checked)}
                />
              )}
            </Stack>
          </Panel>
          <Panel title={t('quotes.where')}>
            <Stack gap="sm">
              <TextInput
                type="datetime-local"
                label={t('bookings.begins')}
                description={timeZone}
                value={wished}
                onChange={(event) => setWished(event.currentTarget.value)}
                error={at('wishedAt')}
                required
              />
              <TextInput {...field('line', 'address.line')} required autoComplete="off" />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
                <TextInput {...field('postalCode', 'address.postalCode')} required autoComplete="off" />
                <TextInput {...field('city', 'address.city')} required autoComplete="off" />
              </SimpleGrid>
            </Stack>
          </Panel>
          <Panel title={t('bookings.client')}>
            <Stack gap="sm">
              <TextInput {...field('name', 'customer.name')} autoComplete="off" />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
                <TextInput {...field('email', 'customer.email')} type="email" autoComplete="off" />
                <TextInput {...field('phone', 'customer.phone')} type="tel" autoComplete="off" />
              </SimpleGrid>
              <Text fz="sm" c="dimmed">
                {t('quotes.clientHint')}
              </Text>
              <Switch
                label={t('billing.title')}
                checked={isBilled}
                onChange={(event) => setIsBilled(event.currentTarget.checked)}
              />
              {isBilled && (
                <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
                  {billedField('company', 'company.name')}
                  {billedField('siren', billed.country === 'FR' ? 'company.siren' : 'company.registration')}
                  {billedField('vatId', 'company.vatId')}
                  {billedField('line', 'billingAddress.line')}
                  {billedField('postalCode', 'billingAddress.postalCode')}
                  {billedField('city', 'billingAddress.city')}
                  {billedField('country', 'billingAddress.country')}
                </SimpleGrid>
              )}
            </Stack>
          </Panel>
        </Stack>
        <Panel title={t('quotes.price')}>
          <Stack>
            <div aria-live="polite" style={{ opacity: price.isFetching ? 0.6 : 1 }}>
              {isWhole && price.data ? (
                <PriceLines price={price.data} />
              ) : (
                <Text fz="sm" c="dimmed">
                  {t('quotes.noPrice')}
                </Text>
              )}
            </div>
            {error && !(error instanceof CarillonError && error.errors.length > 0) && <ProblemNotice error={error} />}
            <Group>
              <Button type="submit" fullWidth loading={make.isPending} disabled={!isWhole}>
                {t('quotes.make')}
              </Button>
            </Group>
          </Stack>
        </Panel>
      </div>
    </form>
  )
}

/** Whom the invoice is for, as the API takes it: a company where anything of one is written, and the address. */
function billedTo({ company, siren, vatId, line, postalCode, city, country }: typeof BILLED) {
  const number = siren.replaceAll(/\s/g, '')
  const isCompany = company.trim() || number || vatId.trim()
  return {
    ...(isCompany && {
      company: {
        name: company,
        ...(number && (country === 'FR' ? { siren: number } : { registration: siren.trim() })),
        ...(vatId.trim() && { vatId: vatId.replaceAll(/\s/g, '').toUpperCase() }),
      },
    }),
    billingAddress: { line, postalCode, city, country: country.trim() },
  }
}
