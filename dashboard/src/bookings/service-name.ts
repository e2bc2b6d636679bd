import type { ServiceType } from '@carillon/client'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useMay } from '../session/session.ts'
import { serviceTypesQuery } from './queries.ts'

/** What a service type is called, in the reader's language; its key where the member may not read what is sold. */
export function useServiceName(): (key: string) => string {
  const labelOf = useLabel()
  const services = useQuery({ ...serviceTypesQuery, enabled: useMay()('settings.read') }).data?.items
  return (key) => {
    const service = services?.find((one) => one.key === key)
    return service ? labelOf(service.label) : key
  }
}

/** Of a label in two languages, the reader's. */
export function useLabel(): (label: ServiceType['label']) => string {
  const { i18n } = useTranslation()
  return (label) => (i18n.language === 'fr' ? label.fr : label.en)
}
