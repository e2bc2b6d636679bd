import type { ServiceType } from '@carillon/client'
import { Button, Group, Skeleton } from '@mantine/core'
import { IconPlus, IconTag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../parts/dialog.tsx'
import { Empty } from '../parts/empty.tsx'
import { Mark } from '../parts/mark.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { useMay } from '../session/session.ts'
import { bookingSettingsQuery, serviceTypesQuery } from './queries.ts'
import { ServiceForm } from './service-form.tsx'
import { useLabel } from './service-name.ts'

/** What can be ordered. */
export function Services() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const mayManage = useMay()('settings.manage')
  const services = useQuery(serviceTypesQuery)
  const settings = useQuery(bookingSettingsQuery)
  const [edited, setEdited] = useState<ServiceType | 'new'>()
  const add = mayManage && settings.data && (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setEdited('new')}>
      {t('services.add')}
    </Button>
  )
  return (
    <>
      {services.error && <ProblemNotice error={services.error} onRetry={() => void services.refetch()} />}
      {services.isPending && <Skeleton h={160} aria-label={t('app.loading')} />}
      {services.data?.items.length === 0 && (
        <Empty icon={IconTag} title={t('services.empty')} text={t('services.emptyText')}>
          {add}
        </Empty>
      )}
      {services.data && services.data.items.length > 0 && (
        <>
          <Group justify="flex-end" mb="sm">
            {add}
          </Group>
          <Rows label={t('bookingSettings.services')}>
            {services.data.items.map((service) => (
              <Row
                key={service.id}
                name={
                  <Group gap="xs">
                    {labelOf(service.label)}
                    {!service.enabled && <Mark>{t('services.disabled')}</Mark>}
                  </Group>
                }
                second={`${service.key} · ${service.pricing.rules.map(({ label }) => labelOf(label)).join(', ')}`}
              >
                {mayManage && settings.data && (
                  <Button
                    variant="default"
                    aria-label={t('services.editOf', { name: labelOf(service.label) })}
                    onClick={() => setEdited(service)}
                  >
                    {t('services.edit')}
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        </>
      )}
      <Dialog
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={t(edited === 'new' ? 'services.add' : 'services.editTitle')}
        size="xl"
      >
        {edited && settings.data && (
          <ServiceForm
            service={edited === 'new' ? undefined : edited}
            currency={settings.data.currency}
            onClose={() => setEdited(undefined)}
          />
        )}
      </Dialog>
    </>
  )
}
