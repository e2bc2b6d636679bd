import type { Seller } from '@carillon/client'
import {
  Alert,
  Button,
  FileButton,
  Group,
  List,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { faultAt } from '../parts/faults.ts'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { sellerQuery } from './queries.ts'
import { sellerProblem } from './seller-problem.ts'

/** Who the organization is on its quotes and invoices. */
export function SellerForm() {
  const { t } = useTranslation()
  const seller = useQuery(sellerQuery)
  return (
    <>
      {seller.error && <ProblemNotice error={seller.error} onRetry={() => void seller.refetch()} />}
      {seller.isPending && <Skeleton h={320} aria-label={t('app.loading')} />}
      {seller.data && <Form seller={seller.data} />}
    </>
  )
}

const IDENTITY = ['legalName', 'tradingName', 'legalForm', 'register', 'siret', 'vatId'] as const
const REACH = ['email', 'phone', 'website', 'iban', 'bic'] as const
const TERMS = ['latePenalty', 'earlyDiscount', 'insurance'] as const
type Plain = (typeof IDENTITY | typeof REACH | typeof TERMS)[number]

function Form({ seller }: { seller: Seller }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const mayManage = useMay()('settings.manage')
  const { details } = seller
  const [plain, setPlain] = useState<Partial<Record<Plain, string>>>(() =>
    Object.fromEntries([...IDENTITY, ...REACH, ...TERMS].map((name) => [name, details[name] ?? ''])),
  )
  const [address, setAddress] = useState({
    lines: details.address?.lines.join('\n') ?? '',
    postalCode: details.address?.postalCode ?? '',
    city: details.address?.city ?? '',
    country: details.address?.country ?? 'FR',
  })
  const [vatScheme, setVatScheme] = useState(details.vatScheme ?? null)
  /** Undefined: it stays; null: it is taken away. */
  const [logo, setLogo] = useState<{ name: string; content: string } | null>()
  const save = useMutation({
    mutationFn: () => {
      const { lines, ...rest } = address
      const hasAddress = Boolean(lines.trim() || rest.postalCode.trim() || rest.city.trim())
      return carillon.bookings.seller.update({
        ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, value.trim() || null])),
        vatScheme,
        ...(logo !== undefined && { logo: logo?.content ?? null }),
        address: hasAddress ? { ...rest, lines: lines.split('\n').filter((line) => line.trim()) } : null,
      })
    },
    onSuccess: (now) => {
      queryClient.setQueryData(sellerQuery.queryKey, now)
      setLogo(undefined)
      notifications.show({ color: 'green', message: t('bookingSettings.saved') })
    },
  })
  const field = (name: Plain) => (
    <TextInput
      key={name}
      label={t(`seller.${name}`)}
      value={plain[name] ?? ''}
      onChange={(event) => setPlain({ ...plain, [name]: event.currentTarget.value })}
      error={faultAt(save.error, name)}
      disabled={!mayManage}
    />
  )
  const addressField = (name: 'postalCode' | 'city' | 'country') => (
    <TextInput
      label={t(`seller.${name}`)}
      value={address[name]}
      onChange={(event) => setAddress({ ...address, [name]: event.currentTarget.value })}
      error={faultAt(save.error, `address.${name}`)}
      disabled={!mayManage}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={860}>
        {seller.missing.length > 0 && (
          <Alert variant="light" color="yellow" role="note" title={t('seller.missing')}>
            <List size="sm">
              {seller.missing.map((one) => (
                <List.Item key={one.path}>{sellerProblem(one)}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Panel title={t('seller.identity')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
            {IDENTITY.map(field)}
            <Select
              label={t('seller.vatScheme')}
              clearable
              value={vatScheme}
              onChange={(value) => setVatScheme(value === 'standard' || value === 'franchise' ? value : null)}
              data={(['standard', 'franchise'] as const).map((value) => ({ value, label: t(`vatScheme.${value}`) }))}
              error={faultAt(save.error, 'vatScheme')}
              disabled={!mayManage}
            />
          </SimpleGrid>
        </Panel>
        <Panel title={t('seller.address')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
            <Textarea
              label={t('seller.lines')}
              autosize
              minRows={1}
              maxRows={3}
              value={address.lines}
              onChange={(event) => setAddress({ ...address, lines: event.currentTarget.value })}
              error={faultAt(save.error, 'address.lines')}
              disabled={!mayManage}
            />
            {addressField('postalCode')}
            {addressField('city')}
            {addressField('country')}
            {REACH.map(field)}
          </SimpleGrid>
        </Panel>
        <Panel title={t('seller.logo')}>
          <Group gap="sm">
            <FileButton
              accept="image/png,image/jpeg"
              disabled={!mayManage}
              onChange={(file) => file && void base64Of(file).then((content) => setLogo({ name: file.name, content }))}
            >
              {(props) => (
                <Button {...props} variant="default">
                  {t('seller.chooseLogo')}
                </Button>
              )}
            </FileButton>
            {(logo || (logo === undefined && seller.hasLogo)) && (
              <Button variant="subtle" color="gray" disabled={!mayManage} onClick={() => setLogo(null)}>
                {t('seller.removeLogo')}
              </Button>
            )}
            <Text fz="sm" c="dimmed">
              {logo?.name ?? (logo === undefined && seller.hasLogo ? t('seller.hasLogo') : t('seller.logoHint'))}
            </Text>
          </Group>
          {faultAt(save.error, 'logo') && (
            <Text role="alert" fz="sm" c="var(--mantine-color-error)" mt={6}>
              {faultAt(save.error, 'logo')}
            </Text>
          )}
        </Panel>
        <Panel title={t('seller.terms')}>
          <Stack gap="sm">{TERMS.map(field)}</Stack>
        </Panel>
        {save.error && (
          <ProblemNotice
            error={save.error}
            saidAt={[...IDENTITY, ...REACH, ...TERMS, 'vatScheme', 'address', 'logo']}
          />
        )}
        {mayManage && (
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('services.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  )
}

/** As JSON carries it. */
const base64Of = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}
