import type { PaymentAccount } from '@carillon/client'
import { Button, Group, PasswordInput, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { CopyField } from '../parts/facts.tsx'
import { faultAt } from '../parts/faults.ts'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, problemText } from '../parts/problem.tsx'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import { useMay } from '../session/session.ts'
import { paymentAccountQuery } from './queries.ts'

const TONES: Record<PaymentAccount['kind'], Tone> = {
  stripe: 'good',
  platform: 'good',
  sandbox: 'waiting',
  none: 'bad',
}

/** Where money comes in, what Stripe is to call, and its keys, which are written but never read. */
export function PaymentAccountForm() {
  const { t } = useTranslation()
  const mayManage = useMay()('providers.manage')
  const account = useQuery(paymentAccountQuery)
  return (
    <Stack maw={760}>
      {account.error && <ProblemNotice error={account.error} onRetry={() => void account.refetch()} />}
      {account.isPending && <Skeleton h={160} aria-label={t('app.loading')} />}
      {account.data && <Current account={account.data} />}
      {account.data && mayManage && <Keys account={account.data} />}
    </Stack>
  )
}

function Current({ account }: { account: PaymentAccount }) {
  const { t } = useTranslation()
  const mayManage = useMay()('providers.manage')
  const queryClient = useQueryClient()
  const [asking, dialog] = useDisclosure()
  const remove = useMutation({
    mutationFn: () => carillon.bookings.paymentAccount.remove(),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: paymentAccountQuery.queryKey }),
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: dialog.close,
  })
  const isOwn = account.kind === 'stripe'
  return (
    <Panel title={t('paymentAccount.current')}>
      <Stack gap="sm" align="flex-start">
        <Group gap="sm">
          <ToneBadge tone={TONES[account.kind]}>{t(`paymentAccount.${account.kind}`)}</ToneBadge>
          {account.keyEnd && <Text fz="sm">{t('paymentAccount.keyEnd', { end: account.keyEnd })}</Text>}
        </Group>
        <Text fz="sm" c="dimmed">
          {t(`paymentAccount.${account.kind}Text`)}
        </Text>
        {isOwn && (
          <div style={{ overflowWrap: 'anywhere' }}>
            <Text fz="sm" fw={500}>
              {t('paymentAccount.webhook')}
            </Text>
            <CopyField value={account.webhookUrl} />
            <Text fz="sm" c="dimmed">
              {t('paymentAccount.webhookText')}
            </Text>
          </div>
        )}
        {isOwn && mayManage && (
          <Button variant="default" onClick={dialog.open}>
            {t('paymentAccount.remove')}
          </Button>
        )}
      </Stack>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={t('paymentAccount.removeTitle')}
        text={t('paymentAccount.removeText')}
        confirm={t('paymentAccount.remove')}
        risky
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </Panel>
  )
}

const NO_KEYS = { secretKey: '', webhookSecret: '' }

function Keys({ account }: { account: PaymentAccount }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [keys, setKeys] = useState(NO_KEYS)
  const save = useMutation({
    mutationFn: () => carillon.bookings.paymentAccount.set(keys),
    onSuccess: (now) => {
      setKeys(NO_KEYS)
      queryClient.setQueryData(paymentAccountQuery.queryKey, now)
      notifications.show({ color: 'green', message: t('paymentAccount.saved') })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const field = (name: keyof typeof NO_KEYS, placeholder: string) => (
    <PasswordInput
      label={t(`paymentAccount.${name}`)}
      placeholder={placeholder}
      autoComplete="off"
      value={keys[name]}
      onChange={(event) => setKeys({ ...keys, [name]: event.currentTarget.value.trim() })}
      error={faultAt(save.error, name)}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      required
    />
  )
  return (
    <Panel title={t(account.kind === 'stripe' ? 'paymentAccount.replace' : 'paymentAccount.add')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {field('secretKey', 'sk_live_…')}
          {field('webhookSecret', 'whsec_…')}
          <Text fz="sm" c="dimmed">
            {t('paymentAccount.keysText')}
          </Text>
          {save.error && <ProblemNotice error={save.error} saidAt={['secretKey', 'webhookSecret']} />}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!keys.secretKey || !keys.webhookSecret}>
              {t('services.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
