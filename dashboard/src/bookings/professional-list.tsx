import type { Professional } from '@carillon/client'
import { Button, Group } from '@mantine/core'
import { IconPlus, IconTruck, IconUpload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BackLink } from '../parts/back.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Empty } from '../parts/empty.tsx'
import { Choice, NothingMatches, SearchField } from '../parts/filters.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { given, isFiltered } from '../parts/search.ts'
import { useMay } from '../session/session.ts'
import { ImportProfessionals } from './import-professionals.tsx'
import { ProfessionalForm } from './professional-form.tsx'
import { professionalsQuery, serviceTypesQuery } from './queries.ts'
import { type ProfessionalSearch, professionalSearch } from './search.ts'
import { useServiceName } from './service-name.ts'

const route = getRouteApi('/inside/bookings/professionals')

/** Who may be asked to do a job. */
export function ProfessionalList() {
  const { t } = useTranslation()
  const mayManage = useMay()('bookings.manage')
  const search = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery({ ...professionalsQuery(given(search)), placeholderData: keepPreviousData })
  const serviceName = useServiceName()
  const services = useQuery({ ...serviceTypesQuery, enabled: useMay()('settings.read') }).data?.items ?? []
  const show = (change: Partial<ProfessionalSearch>) =>
    void navigate({
      to: '/bookings/professionals',
      search: professionalSearch({ ...search, ...change }),
      replace: true,
    })
  const [edited, setEdited] = useState<Professional | 'new' | 'import'>()
  const close = () => setEdited(undefined)
  const buttons = mayManage && (
    <Group gap="sm">
      <Button variant="default" leftSection={<IconUpload size={17} aria-hidden />} onClick={() => setEdited('import')}>
        {t('professionals.import')}
      </Button>
      <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setEdited('new')}>
        {t('professionals.add')}
      </Button>
    </Group>
  )
  return (
    <Page
      title={t('professionals.title')}
      intro={t('professionals.intro')}
      back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}
      actions={buttons}
    >
      <Group mb="md" gap="sm">
        <SearchField
          label={t('professionals.search')}
          value={search.search}
          onSearch={(typed) => show({ search: typed })}
          w={{ base: '100%', xs: 280 }}
        />
        {services.length > 1 && (
          <Choice
            label={t('professionals.skills')}
            any={t('professionals.anySkill')}
            width={220}
            value={search.skill}
            onChange={(skill) => show({ skill: skill ?? undefined })}
            data={services.map(({ key }) => ({ value: key, label: serviceName(key) }))}
          />
        )}
      </Group>
      <PagedList
        list={list}
        waiting={<WaitingRows count={5} height={62} />}
        empty={
          isFiltered(search) ? (
            <NothingMatches to="/bookings/professionals" text={t('professionals.none')} />
          ) : (
            <Empty icon={IconTruck} title={t('professionals.empty')} text={t('professionals.emptyText')} />
          )
        }
      >
        {(items) => (
          <Rows label={t('professionals.title')}>
            {items.map((professional) => (
              <One
                key={professional.id}
                professional={professional}
                onEdit={mayManage ? () => setEdited(professional) : undefined}
              />
            ))}
          </Rows>
        )}
      </PagedList>
      <Dialog
        opened={edited !== undefined}
        onClose={close}
        title={t(
          edited === 'import'
            ? 'professionals.import'
            : edited === 'new'
              ? 'professionals.addTitle'
              : 'professionals.edit',
        )}
        size="lg"
      >
        {edited === 'import' && <ImportProfessionals onClose={close} />}
        {edited && edited !== 'import' && (
          <ProfessionalForm professional={edited === 'new' ? undefined : edited} onClose={close} />
        )}
      </Dialog>
    </Page>
  )
}

function One({ professional, onEdit }: { professional: Professional; onEdit: (() => void) | undefined }) {
  const { t } = useTranslation()
  const serviceName = useServiceName()
  const { company, email, phone, skills, coordinates, radiusKm, available, blacklisted } = professional
  const second = [
    skills.map(serviceName).join(', ') || t('professionals.noSkills'),
    email,
    phone,
    radiusKm === null ? null : t('professionals.upTo', { count: radiusKm }),
  ]
  return (
    <Row
      name={
        <Group gap="xs">
          {company}
          {blacklisted && <Mark>{t('professionals.blacklisted')}</Mark>}
          {!available && <Mark>{t('professionals.away')}</Mark>}
          {!coordinates && <Mark>{t('professionals.noPlace')}</Mark>}
        </Group>
      }
      second={second.filter(Boolean).join(' · ')}
    >
      {onEdit && (
        <Button variant="default" aria-label={t('professionals.editOf', { company })} onClick={onEdit}>
          {t('services.edit')}
        </Button>
      )}
    </Row>
  )
}
