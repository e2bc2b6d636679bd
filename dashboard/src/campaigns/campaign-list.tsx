import type { Campaign } from '@carillon/client'
import { Group, Progress, Text } from '@mantine/core'
import { IconMailForward } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { Choice, NothingMatches } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { useNumber } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { given } from '../parts/search.ts'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { campaignsQuery } from './queries.ts'
import { CAMPAIGN_STATUSES, campaignSearch } from './search.ts'
import { CampaignStatus, doneOf } from './status.tsx'

const route = getRouteApi('/inside/campaigns')

/** Every campaign, the newest first: where it stands and how far it is. */
export function CampaignList() {
  const { t } = useTranslation()
  const may = useMay()
  const search = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery({ ...campaignsQuery(given(search)), placeholderData: keepPreviousData })
  return (
    <Page
      title={t('campaigns.title')}
      intro={t('campaigns.intro')}
      actions={
        <Group gap="sm">
          <ButtonLink to="/segments" variant="default">
            {t('segments.title')}
          </ButtonLink>
          {may('campaigns.manage') && <ButtonLink to="/campaigns/new">{t('campaigns.new')}</ButtonLink>}
        </Group>
      }
    >
      <Group mb="md">
        <Choice
          label={t('campaigns.status')}
          any={t('campaigns.anyStatus')}
          width={200}
          value={search.status}
          onChange={(status) => void navigate({ to: '/campaigns', search: campaignSearch({ status }), replace: true })}
          data={CAMPAIGN_STATUSES.map((value) => ({ value, label: t(`campaignStatus.${value}`) }))}
        />
      </Group>
      <PagedList
        list={list}
        waiting={<WaitingRows count={5} height={62} />}
        empty={
          search.status ? (
            <NothingMatches to="/campaigns" text={t('campaigns.none')} />
          ) : (
            <Empty icon={IconMailForward} title={t('campaigns.empty')} text={t('campaigns.emptyText')} />
          )
        }
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly Campaign[] }) {
  const { t } = useTranslation()
  const number = useNumber()
  return (
    <Table
      label={t('campaigns.title')}
      columns={[t('campaigns.name'), t('campaigns.status'), t('campaigns.progress')]}
      when={t('campaigns.changed')}
    >
      {items.map((campaign) => {
        const { recipients, accepted, refused } = campaign.progress
        return (
          <tr key={campaign.id}>
            <td className={cells.recipient}>
              <Link to="/campaigns/$id" params={{ id: campaign.id }} className={cells.link}>
                {campaign.name}
              </Link>
            </td>
            <td className={cells.status}>
              <CampaignStatus campaign={campaign} />
            </td>
            <td className={cells.type}>
              {recipients > 0 && (
                <>
                  <Text fz="sm">
                    {t('campaigns.doneOf', { done: number(accepted + refused), total: number(recipients) })}
                  </Text>
                  <Progress value={doneOf(campaign)} size="sm" aria-label={t('campaigns.progress')} />
                </>
              )}
            </td>
            <td className={`${cells.when} ${cells.right}`}>
              <When at={campaign.updatedAt} />
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
