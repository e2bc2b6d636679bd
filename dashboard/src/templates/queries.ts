import type { TemplateItem } from '@carillon/client'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, JUST_ASKED_MS, LARGE_PAGE, paged } from '../parts/query.ts'

export type TemplateFilter = NonNullable<Parameters<typeof carillon.templates.list>[0]>

type TemplateRef = Parameters<typeof carillon.templates.get>[0]

export const templatesQuery = (filter: TemplateFilter) =>
  queryOptions({
    queryKey: ['templates', filter],
    queryFn: async () => {
      const all: TemplateItem[] = []
      for await (const item of carillon.templates.each({ ...filter, limit: LARGE_PAGE })) all.push(item)
      return all
    },
    staleTime: JUST_ASKED_MS,
  })

export const templateQuery = (ref: TemplateRef) =>
  queryOptions({
    queryKey: ['template', ref],
    queryFn: () => carillon.templates.get(ref),
    staleTime: JUST_ASKED_MS,
  })

export const templateVersionsQuery = (ref: TemplateRef) =>
  infiniteQueryOptions({
    queryKey: ['template-versions', ref],
    queryFn: ({ pageParam }) => carillon.templates.versions(ref, { ...from(pageParam), limit: 10 }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const templatePreviewQuery = (ref: TemplateRef, source: Readonly<Record<string, unknown>>) =>
  queryOptions({
    queryKey: ['template-preview', ref, source],
    queryFn: ({ signal }) => carillon.templates.preview(ref, { source: { ...source } }, { signal }),
    gcTime: 60_000,
  })

export const templateDiffQuery = (ref: TemplateRef, from: string, to: string) =>
  queryOptions({
    queryKey: ['template-diff', ref, from, to],
    queryFn: () => carillon.templates.diff(ref, { from, to }),
    staleTime: 0,
  })
