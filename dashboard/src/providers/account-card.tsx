import type { Limits, ProviderAccount } from '@carillon/client'
import { ActionIcon, Button, Group, Menu, Paper, Switch, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconDots, IconPencil, IconPlugConnected, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { CopyField, Fact, Facts } from '../parts/facts.tsx'
import { serverWords } from '../parts/faults.ts'
import { Mark } from '../parts/mark.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
import { useSession } from '../session/session.ts'
import { AccountLimits } from './account-limits.tsx'
import { AccountState } from './account-state.tsx'
import { formFor } from './forms.ts'
import { limitsQuery, providersQuery } from './queries.ts'

interface AccountCardProps {
  account: ProviderAccount
  limits: Limits['accounts'][number] | undefined
  /** The only one of its channel: nothing to order. */
  alone: boolean
  mayManage: boolean
  onEdit(): void
}

export function AccountCard({ account, limits, alone, mayManage, onEdit }: AccountCardProps) {
  const { t, i18n } = useTranslation()
  const queryClient = useQueryClient()
  const { platformAdmin } = useSession()
  const [removing, removeDialog] = useDisclosure()
  const { id, name, provider, own, enabled, state, position, weight, webhookUrl, lastCheck } = account
  // The platform's accounts belong to those who operate it.
  const mayTry = own ? mayManage : platformAdmin && mayManage
  const inTrouble = state.breaker !== 'closed' || state.retryAt !== null || state.health < 1

  const checked = lastCheck !== null && lastCheck.ok !== null ? lastCheck : undefined
  const hasFacts = checked || !alone || (own && webhookUrl) || limits?.perSecond || limits?.perDay
  const vendor = i18n.exists(`provider.${provider}`) ? t(`provider.${provider}` as 'provider.smtp') : provider

  const lookAgain = () => {
    void queryClient.invalidateQueries({ queryKey: providersQuery.queryKey })
    void queryClient.invalidateQueries({ queryKey: limitsQuery.queryKey })
  }
  const test = useMutation({
    mutationFn: () => carillon.providers.test(id),
    onSuccess: ({ ok, detail }) =>
      notifications.show({
        color: ok ? 'green' : ok === null ? 'gray' : 'red',
        title: name,
        message: ok ? t('providers.testOk') : (detail ?? t('providers.testNone')),
      }),
    onError: toastProblem,
  })
  const act = useMutation({
    mutationFn: (deed: () => Promise<unknown>) => deed(),
    onError: toastProblem,
    onSettled: lookAgain,
  })

  return (
    <Paper
      component="article"
      aria-label={name}
      withBorder
      p="md"
      bg="var(--panel)"
      style={{ borderColor: 'var(--line)', opacity: enabled ? 1 : 0.75 }}
    >
      <Group justify="space-between" gap="sm" align="flex-start">
        <Group gap="sm">
          <Text fw={650} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          {vendor !== name && (
            <Text fz="sm" c="dimmed">
              {vendor}
            </Text>
          )}
          {!own && <Mark>{t('providers.platform')}</Mark>}
          <AccountState account={account} />
        </Group>
        <Group gap="xs">
          {mayManage && own && (
            <Switch
              size="sm"
              aria-label={t('providers.enabled', { name })}
              checked={enabled}
              disabled={act.isPending}
              onChange={(event) => {
                const next = event.currentTarget.checked
                act.mutate(() => carillon.providers.update(id, { enabled: next }))
              }}
            />
          )}
          {mayTry && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlugConnected size={15} aria-hidden />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('providers.test')}
            </Button>
          )}
          {mayManage && own && (
            <Menu position="bottom-end" withinPortal={false}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={t('providers.more', { name })}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {formFor(provider, account.channel) && (
                  <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
                    {t('providers.edit')}
                  </Menu.Item>
                )}
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={removeDialog.open}>
                  {t('providers.remove')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          {mayTry && inTrouble && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={act.isPending}
              onClick={() => act.mutate(() => carillon.providers.reset(id))}
            >
              {t('providers.reset')}
            </Button>
          )}
        </Group>
      </Group>
      {hasFacts && (
        <div style={{ marginTop: 12 }}>
          <Facts>
            {limits && <AccountLimits limits={limits} />}
            {!alone && <Fact name={t('providers.order')}>{t('providers.orderOf', { position, weight })}</Fact>}
            {checked && (
              <Fact name={t('providers.lastCheck')}>
                <When at={checked.at} />,{' '}
                {checked.ok ? t('providers.checkOk') : t('providers.checkFailed', { detail: checked.detail ?? '' })}
              </Fact>
            )}
            {own && webhookUrl && (
              <>
                <Fact name={t('providers.webhook')}>
                  <CopyField value={webhookUrl} />
                </Fact>
                <Fact name={t('providers.lastCall')}>
                  <LastCall account={account} />
                </Fact>
              </>
            )}
          </Facts>
        </div>
      )}
      <Confirm
        opened={removing}
        onClose={removeDialog.close}
        title={t('providers.removeTitle', { name })}
        text={t('providers.removeText')}
        confirm={t('providers.remove')}
        risky
        pending={act.isPending}
        onConfirm={() => act.mutate(() => carillon.providers.remove(id), { onSuccess: removeDialog.close })}
      />
    </Paper>
  )
}

/** Whether its carrier calls: what is set up at the carrier is seen nowhere else. */
function LastCall({ account: { lastCallAt, lastRefusedCall } }: Pick<AccountCardProps, 'account'>) {
  const { t } = useTranslation()
  const refused = lastRefusedCall && (!lastCallAt || lastRefusedCall.at > lastCallAt) ? lastRefusedCall : undefined
  if (!lastCallAt && !refused) return t('providers.neverCalled')
  return (
    <>
      {lastCallAt && (
        <div>
          {t('providers.calledAt')} <When at={lastCallAt} />
        </div>
      )}
      {refused && (
        <div>
          <ToneBadge tone="bad">{t('providers.refusedCall')}</ToneBadge> <When at={refused.at} />
          {refused.why && `: ${serverWords(refused.why)}`}
        </div>
      )}
    </>
  )
}
