import { Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../vocabulary.ts'

export type Source = Readonly<Record<string, unknown>>

interface Field {
  readonly name: 'subject' | 'preheader' | 'body' | 'text' | 'layout' | 'template' | 'buttons' | 'title' | 'actionUrl'
  readonly kind: 'line' | 'lines' | 'json' | 'layout'
  readonly rows?: number
  readonly optional?: true
}

const FIELDS: Record<Channel, readonly Field[]> = {
  email: [
    { name: 'subject', kind: 'line' },
    { name: 'preheader', kind: 'line', optional: true },
    { name: 'body', kind: 'lines', rows: 18 },
    { name: 'text', kind: 'lines', rows: 4, optional: true },
    { name: 'layout', kind: 'layout', optional: true },
  ],
  sms: [{ name: 'text', kind: 'lines', rows: 6 }],
  whatsapp: [
    { name: 'text', kind: 'lines', rows: 6 },
    { name: 'template', kind: 'json', rows: 8, optional: true },
    { name: 'buttons', kind: 'json', rows: 6, optional: true },
  ],
  in_app: [
    { name: 'title', kind: 'line' },
    { name: 'body', kind: 'lines', rows: 5 },
    { name: 'actionUrl', kind: 'line', optional: true },
  ],
}

const LAYOUTS = ['branded', 'plain'] as const
const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13, lineHeight: 1.55 } }

export const fieldId = (name: string) => `template-${name}`

interface FieldsProps {
  channel: Channel
  source: Source
  readOnly: boolean
  onChange(source: Source): void
}

/** What a template's author writes, a field for each part of its channel's source. */
export function Fields({ channel, source, readOnly, onChange }: FieldsProps) {
  const { t } = useTranslation()
  const change = ({ name, optional }: Field, value: unknown) => {
    const { [name]: _, ...others } = source
    onChange(optional && value === '' ? others : { ...source, [name]: value })
  }
  return (
    <Stack gap="sm">
      {FIELDS[channel].map((field) => {
        const { name, kind, rows = 1, optional = false } = field
        const value = source[name]
        const known = {
          id: fieldId(name),
          label: t(`templateField.${name}`),
          description: optional ? t('templateField.optional') : undefined,
          readOnly,
        }
        if (kind === 'json')
          return <JsonField key={name} {...known} rows={rows} value={value} onChange={(next) => change(field, next)} />
        if (kind === 'layout')
          return (
            <Select
              key={name}
              {...known}
              description={undefined}
              allowDeselect={false}
              data={LAYOUTS.map((layout) => ({ value: layout, label: t(`templateLayout.${layout}`) }))}
              value={typeof value === 'string' ? value : LAYOUTS[0]}
              onChange={(layout) => change(field, layout ?? '')}
            />
          )
        const text = typeof value === 'string' ? value : ''
        return kind === 'line' ? (
          <TextInput
            key={name}
            {...known}
            styles={MONO}
            value={text}
            onChange={(event) => change(field, event.currentTarget.value)}
          />
        ) : (
          <Textarea
            key={name}
            {...known}
            styles={MONO}
            rows={rows}
            resize="vertical"
            spellCheck={false}
            value={text}
            onChange={(event) => change(field, event.currentTarget.value)}
          />
        )
      })}
    </Stack>
  )
}

interface JsonFieldProps {
  id: string
  label: string
  description: string | undefined
  readOnly: boolean
  rows: number
  value: unknown
  onChange(value: unknown): void
}

/** A part that is more than text, written as JSON. What is no JSON yet is handed on as it stands: the preview says what is wrong with it. */
function JsonField({ value, onChange, ...props }: JsonFieldProps) {
  const [typed, setTyped] = useState(() =>
    value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  )
  return (
    <Textarea
      {...props}
      styles={MONO}
      resize="vertical"
      spellCheck={false}
      value={typed}
      onChange={(event) => {
        const text = event.currentTarget.value
        setTyped(text)
        onChange(parsed(text))
      }}
    />
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
