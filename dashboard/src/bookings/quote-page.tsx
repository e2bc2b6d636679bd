import type { Quote } from '@carillon/client'
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { CopyField, Fact, Facts } from '../parts/facts.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { longTime } from '../parts/time.ts'
import { When } from '../parts/when.tsx'
import { BilledTo } from './billed-to.tsx'
import { InputFacts } from './input-facts.tsx'
import { PriceLines } from './price-lines.tsx'
import { quoteQuery } from './queries.ts'
import { useServiceName } from './service-name.ts'
import { QuoteStatusBadge } from './status.tsx'

const route = getRouteApi('/inside/bookings/quotes/$temporaryId')

/** One quote: its price, the link to pay it by, and the booking it became. */
export function QuotePage() {
  const { t } = useTranslation()
  const { temporaryId } = route.useParams()
  const quote = useQuery(quoteQuery(temporaryId))
  return (
    <Page
      title={t('quotes.one')}
      back={<BackLink to="/bookings/quotes">{t('quotes.title')}</BackLink>}
      actions={quote.data && <QuoteStatusBadge status={quote.data.status} />}
    >
      {quote.error && <ProblemNotice error={quote.error} onRetry={() => void quote.refetch()} />}
      {quote.isPending && <Skeleton h={280} aria-label={t('app.loading')} />}
      {quote.data && <Shown quote={quote.data} />}
    </Page>
  )
}

function Shown({ quote }: { quote: Quote }) {
  const { t } = useTranslation()
  const format = useFormat()
  const serviceName = useServiceName()
  const { status, url, bookingId, customer, address } = quote
  return (
    <div className={columns.columns}>
      <Stack>
        <Panel title={t(status === 'open' ? 'quotes.pay' : 'quotes.page')}>
          <Stack gap="sm">
            <Text fz="sm">{quote.awaitingPaymentAt ? t('quotes.awaiting') : t(`quotes.${status}Text`)}</Text>
            <div style={{ overflowWrap: 'anywhere' }}>
              <CopyField value={url} />
            </div>
            <Group gap="sm">
              {bookingId ? (
                <ButtonLink to="/bookings/$id" params={{ id: bookingId }}>
                  {t('payments.booking')}
                </ButtonLink>
              ) : (
                <Button
                  component="a"
                  href={url}
                  target="_blank"
                  rel="noreferrer"
                  leftSection={<IconExternalLink size={17} aria-hidden />}
                >
                  {t('quotes.open')}
                </Button>
              )}
            </Group>
          </Stack>
        </Panel>
        <Panel title={t('quotes.price')}>
          <PriceLines price={quote} />
        </Panel>
      </Stack>
      <Panel title={t('message.details')}>
        <Facts>
          <Fact name={t('bookings.service')}>{serviceName(quote.service)}</Fact>
          <Fact name={t('bookings.begins')}>{longTime(new Date(quote.wishedAt), format, quote.timeZone)}</Fact>
          {status === 'open' && (
            <Fact name={t('quotes.validUntil')}>{longTime(new Date(quote.expiresAt), format, quote.timeZone)}</Fact>
          )}
          {(customer.name || customer.email || customer.phone) && (
            <Fact name={t('bookings.client')}>
              {[customer.name, customer.email, customer.phone].filter(Boolean).map((one) => (
                <div key={one}>{one}</div>
              ))}
            </Fact>
          )}
          <BilledTo customer={customer} />
          <Fact name={t('bookings.address')}>
            {address.line}, {address.postalCode} {address.city}
          </Fact>
          <InputFacts service={quote.service} inputs={quote.inputs} />
          {quote.notes && <Fact name={t('bookings.notes')}>{quote.notes}</Fact>}
          <Fact name={t('bookings.made')}>
            <When at={quote.createdAt} />
          </Fact>
        </Facts>
      </Panel>
    </div>
  )
}
