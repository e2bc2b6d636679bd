import type { ProviderAccount } from '@carillon/client'
import { Button, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { useNumber } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { CHANNELS } from '../vocabulary.ts'
import { AccountCard } from './account-card.tsx'
import { AccountDialog } from './account-form.tsx'
import { limitsQuery, providersQuery } from './queries.ts'

/** The accounts messages go by: how each does, what it may still send, and setting them up. */
export function Providers() {
  const { t } = useTranslation()
  const number = useNumber()
  const mayManage = useMay()('providers.manage')
  const accounts = useQuery(providersQuery)
  const limits = useQuery(limitsQuery)
  const [adding, addDialog] = useDisclosure()
  const [editing, editDialog] = useDisclosure()
  // Kept while the dialog fades away.
  const [edited, setEdited] = useState<ProviderAccount>()
  const cap = limits.data?.contactCapPerHour

  return (
    <Page
      title={t('providers.title')}
      intro={t('providers.intro')}
      actions={
        mayManage && (
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={addDialog.open}>
            {t('providers.add')}
          </Button>
        )
      }
    >
      {accounts.error && <ProblemNotice error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.isPending && (
        <Stack>
          <Skeleton h={110} />
          <Skeleton h={110} />
        </Stack>
      )}
      {accounts.data && (
        <Stack gap="xl">
          {CHANNELS.filter((channel) => channel !== 'in_app').map((channel) => {
            const here = accounts.data.items.filter((account) => account.channel === channel)
            return (
              <section key={channel} aria-label={t(`channel.${channel}`)}>
                <Title order={2} fz={15} mb="xs">
                  <ChannelName channel={channel} />
                </Title>
                {here.length === 0 && (
                  <Text fz="sm" c="dimmed">
                    {t('providers.none')}
                  </Text>
                )}
                <Stack gap="sm">
                  {here.map((account) => (
                    <AccountCard
                      key={account.id}
                      account={account}
                      limits={limits.data?.accounts.find(({ accountId }) => accountId === account.id)}
                      alone={here.length === 1}
                      mayManage={mayManage}
                      onEdit={() => {
                        setEdited(account)
                        editDialog.open()
                      }}
                    />
                  ))}
                </Stack>
              </section>
            )
          })}
          {cap != null && (
            <Text fz="sm" c="dimmed">
              {t('providers.cap', { most: number(cap) })}
            </Text>
          )}
        </Stack>
      )}
      <AccountDialog opened={adding} account={undefined} onClose={addDialog.close} />
      <AccountDialog opened={editing} account={edited} onClose={editDialog.close} />
    </Page>
  )
}
