import type { ServiceType } from '@carillon/client'
import { Button, Group, Paper, Text } from '@mantine/core'
import { IconCreditCard, IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { quoteQuery, serviceTypesQuery } from '../bookings/queries.ts'
import { carillon } from '../client.ts'
import { ButtonLink, PageLink } from '../parts/link.tsx'
import { now } from '../parts/now.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'

/** Far enough for every reminder to be ahead. */
const DAYS_AHEAD = 10
const SAMPLE_QUANTITY = 20
/** The middle of Paris: the demo’s professionals are around it. */
const PLACE = {
  address: { line: '12 rue de l’Exemple', postalCode: '75004', city: 'Paris' },
  coordinates: { latitude: 48.8566, longitude: 2.3522 },
}
/** The demo’s, each written to in their own language. */
const CLIENTS = {
  fr: { name: 'Camille Exemple', email: 'camille@demo.example', phone: '+33639980001', locale: 'fr' },
  en: { name: 'Sam Sample', email: 'sam@demo.example', phone: '+33639980002', locale: 'en' },
} as const

/** A sample quote to pay, so that what follows from one payment can be watched here. */
export function PayQuote() {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const allowed = may('bookings.manage') && may('settings.read')
  const services = useQuery({ ...serviceTypesQuery, enabled: allowed })
  const [temporaryId, setTemporaryId] = useState<string>()
  const quote = useQuery({ ...quoteQuery(temporaryId ?? ''), enabled: temporaryId !== undefined }).data
  const make = useMutation({
    mutationFn: (service: ServiceType) =>
      carillon.bookings.quote({
        service: service.key,
        inputs: sampleInputs(service),
        ...PLACE,
        wishedAt: morningIn(DAYS_AHEAD).toISOString(),
        customer: CLIENTS[i18n.language === 'fr' ? 'fr' : 'en'],
      }),
    onSuccess: (made) => setTemporaryId(made.temporaryId),
  })
  if (!allowed || !services.data) return null
  const service = services.data.items.find(({ enabled }) => enabled)
  const words = !service ? 'none' : quote?.bookingId ? 'booked' : quote ? 'made' : 'text'

  return (
    <Paper
      component="section"
      aria-label={t('sampleQuote.title')}
      withBorder
      bg="var(--panel)"
      px="md"
      py="xs"
      mb="md"
      style={{ borderColor: 'var(--line)' }}
    >
      <Group justify="space-between" gap="xs">
        <Group gap="xs" wrap="nowrap" style={{ flex: '1 1 320px' }}>
          <IconCreditCard size={18} aria-hidden style={{ flex: 'none' }} />
          <div role="status">
            <Text fz="sm" fw={600}>
              {t('sampleQuote.title')}
            </Text>
            <Text fz="xs" c="dimmed">
              {t(`sampleQuote.${words}`)}
            </Text>
          </div>
        </Group>
        <Group gap={6}>
          {!service && (
            <ButtonLink size="compact-sm" variant="default" to="/bookings/settings">
              {t('bookings.addService')}
            </ButtonLink>
          )}
          {service && !quote && (
            <Button size="compact-sm" loading={make.isPending} onClick={() => make.mutate(service)}>
              {t('sampleQuote.start')}
            </Button>
          )}
          {quote && !quote.bookingId && (
            <>
              <PageLink fz="sm" to="/bookings/quotes/$temporaryId" params={{ temporaryId: quote.temporaryId }}>
                {t('quotes.one')}
              </PageLink>
              <Button
                size="compact-sm"
                component="a"
                href={quote.url}
                target="_blank"
                rel="noreferrer"
                leftSection={<IconExternalLink size={15} aria-hidden />}
              >
                {t('sampleQuote.pay')}
              </Button>
            </>
          )}
          {quote?.bookingId && (
            <>
              <Button size="compact-sm" variant="default" onClick={() => setTemporaryId(undefined)}>
                {t('sampleQuote.again')}
              </Button>
              <ButtonLink size="compact-sm" to="/bookings/$id" params={{ id: quote.bookingId }}>
                {t('payments.booking')}
              </ButtonLink>
            </>
          )}
        </Group>
      </Group>
      {make.error && <ProblemNotice error={make.error} />}
    </Paper>
  )
}

/** Something for each quantity the service asks for, within its steps. */
function sampleInputs({ pricing }: ServiceType): Record<string, number | boolean> {
  const inputs: Record<string, number | boolean> = {}
  for (const rule of pricing.rules) {
    if (rule.kind === 'per_unit') inputs[rule.input] ??= SAMPLE_QUANTITY
    if (rule.kind === 'steps')
      inputs[rule.input] = Math.min(
        Number(inputs[rule.input] ?? SAMPLE_QUANTITY),
        Math.max(...rule.steps.map(({ upTo }) => upTo)),
      )
  }
  return inputs
}

/** Nine in the morning, universal time: reminders before it meet no quiet hour. */
function morningIn(days: number): Date {
  const at = new Date(now().getTime() + days * 86_400_000)
  at.setUTCHours(9, 0, 0, 0)
  return at
}
