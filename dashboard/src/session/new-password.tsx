import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const SHORTEST_PASSWORD = 10

/** Where a password is chosen. Whether it is hard to guess, the server says. */
export function NewPassword({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      label={label}
      description={t('invitation.passwordText', { count: SHORTEST_PASSWORD })}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      required
      withAsterisk={false}
      minLength={SHORTEST_PASSWORD}
      maxLength={128}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
