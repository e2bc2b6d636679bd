import { queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: () => carillon.catalogue.list() })
