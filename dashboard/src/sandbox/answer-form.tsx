import { ActionIcon, TextInput } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { toastProblem } from '../parts/problem.tsx'
import classes from './phone.module.css'

interface AnswerFormProps {
  channel: 'sms' | 'whatsapp'
  /** Whose phone it is. */
  number: string
  onBegin(): void
}

/** Writes back as the phone's holder. The answer shows in the thread when the engine has it, as one by the API does. */
export function AnswerForm({ channel, number, onBegin }: AnswerFormProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const write = useMutation({
    mutationFn: () => carillon.sandbox.inbound.write({ channel, from: number, text: text.trim() }),
    onSuccess: () => setText(''),
    onError: toastProblem,
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() && !write.isPending) write.mutate()
  }

  return (
    <form className={classes.answer} onSubmit={submit}>
      <TextInput
        className={classes.words ?? ''}
        classNames={{ input: classes.input ?? '' }}
        size="sm"
        radius="xl"
        aria-label={t('sandbox.answerAs', { channel: t(`channel.${channel}`), number })}
        placeholder={t('sandbox.answer')}
        autoComplete="off"
        maxLength={10_000}
        value={text}
        readOnly={write.isPending}
        onFocus={onBegin}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ActionIcon
        type="submit"
        size={34}
        radius="xl"
        disabled={!text.trim()}
        loading={write.isPending}
        aria-label={t('sandbox.sendAnswer')}
      >
        <IconArrowUp size={18} aria-hidden />
      </ActionIcon>
    </form>
  )
}
