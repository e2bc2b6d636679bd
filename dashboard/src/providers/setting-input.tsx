import { NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AccountField, Field, HintName } from './forms.ts'

interface SettingInputProps {
  field: AccountField
  /** A secret that is there already. */
  saved: boolean
  value: string
  error: string | undefined
  onChange(value: string): void
}

/** One setting of a provider account, as its line in the table of forms says. */
export function SettingInput({ field, saved, value, error, onChange }: SettingInputProps) {
  const { t, i18n } = useTranslation()
  const { name, secret, optional, choices, example, hint }: Field = field
  const input = {
    label: t(`accountField.${field.name}`),
    description: hint === undefined ? undefined : t(`accountHint.${hint as HintName}`),
    // Fields that stand side by side begin on one line, whatever is said of them.
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    required: !optional && !saved,
    value,
    error,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (choices) {
    const label = (choice: string) =>
      i18n.exists(`choice.${choice}`)
        ? t(`choice.${choice as 'unlimited'}`)
        : Number(choice).toLocaleString(i18n.language)
    return <NativeSelect {...input} data={choices.map((choice) => ({ value: choice, label: label(choice) }))} />
  }
  if (secret)
    return (
      <PasswordInput
        {...input}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        placeholder={saved ? t('providers.keepSecret') : (example ?? '')}
      />
    )
  return <TextInput {...input} name={name} autoComplete="off" placeholder={example ?? ''} />
}
