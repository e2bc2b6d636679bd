// Generated from the OpenAPI document by sdk/generate.ts; do not edit.

/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PriceRule".
 */
export type PriceRule =
  | {
      kind: 'base'
      label: {
        fr: string
        en: string
      }
      amount: number
    }
  | {
      kind: 'per_unit'
      label: {
        fr: string
        en: string
      }
      /**
       * The name of the input it goes by
       */
      input: string
      /**
       * For each unit
       */
      amount: number
      /**
       * Units that cost nothing
       */
      included?: number
    }
  | {
      kind: 'steps'
      label: {
        fr: string
        en: string
      }
      /**
       * The name of the input it goes by
       */
      input: string
      /**
       * The first one that reaches the quantity is paid; what is above them all cannot be ordered
       *
       * @minItems 1
       * @maxItems 50
       */
      steps: {
        upTo: number
        amount: number
      }[]
    }
  | {
      kind: 'option'
      label: {
        fr: string
        en: string
      }
      /**
       * The name of the input it goes by
       */
      input: string
      amount: number
    }
  | {
      kind: 'surcharge'
      label: {
        fr: string
        en: string
      }
      /**
       * The name of the input it goes by
       */
      input: string
      /**
       * Of all lines before it
       */
      percent: number
    }
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ChannelPlan".
 */
export type ChannelPlan =
  | {
      all: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
    }
  | {
      firstOf: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
      /**
       * The next one also begins when no report came for so long
       */
      ifNoReportWithinMinutes?: number
    }
/**
 * { "all": [conditions] } or { "any": [conditions] }
 *
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SegmentFilter".
 */
export type SegmentFilter =
  | {
      /**
       * @maxItems 50
       */
      all: (
        | (
            | {
                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                attribute: string
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                /**
                 * Marketing may go to their address on this channel
                 */
                consent: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * Their address must not be used on this channel
                 */
                suppressed: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * To a message of theirs; an opened one was delivered, and so on
                 */
                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                withinDays: number
                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                type?: string
                /**
                 * False: it did not happen
                 */
                is: boolean
              }
            | {
                /**
                 * They are on this list
                 */
                list: string
                is: boolean
              }
            | {
                addedWithinDays: number
                is: boolean
              }
          )
        | (
            | {
                /**
                 * @maxItems 50
                 */
                all: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is: boolean
                        }
                      | {
                          addedWithinDays: number
                          is: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
            | {
                /**
                 * @minItems 1
                 * @maxItems 50
                 */
                any: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is: boolean
                        }
                      | {
                          addedWithinDays: number
                          is: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
          )
      )[]
    }
  | {
      /**
       * @minItems 1
       * @maxItems 50
       */
      any: (
        | (
            | {
                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                attribute: string
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                /**
                 * Marketing may go to their address on this channel
                 */
                consent: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * Their address must not be used on this channel
                 */
                suppressed: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * To a message of theirs; an opened one was delivered, and so on
                 */
                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                withinDays: number
                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                type?: string
                /**
                 * False: it did not happen
                 */
                is: boolean
              }
            | {
                /**
                 * They are on this list
                 */
                list: string
                is: boolean
              }
            | {
                addedWithinDays: number
                is: boolean
              }
          )
        | (
            | {
                /**
                 * @maxItems 50
                 */
                all: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is: boolean
                        }
                      | {
                          addedWithinDays: number
                          is: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
            | {
                /**
                 * @minItems 1
                 * @maxItems 50
                 */
                any: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is: boolean
                        }
                      | {
                          addedWithinDays: number
                          is: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is: boolean
                              }
                            | {
                                addedWithinDays: number
                                is: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
          )
      )[]
    }
/**
 * { "all": [conditions] } or { "any": [conditions] }
 *
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SegmentFilterInput".
 */
export type SegmentFilterInput =
  | {
      /**
       * @maxItems 50
       */
      all: (
        | (
            | {
                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                attribute: string
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                /**
                 * Marketing may go to their address on this channel
                 */
                consent: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * Their address must not be used on this channel
                 */
                suppressed: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * To a message of theirs; an opened one was delivered, and so on
                 */
                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                withinDays: number
                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                type?: string
                /**
                 * False: it did not happen
                 */
                is?: boolean
              }
            | {
                /**
                 * They are on this list
                 */
                list: string
                is?: boolean
              }
            | {
                addedWithinDays: number
                is?: boolean
              }
          )
        | (
            | {
                /**
                 * @maxItems 50
                 */
                all: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is?: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is?: boolean
                        }
                      | {
                          addedWithinDays: number
                          is?: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
            | {
                /**
                 * @minItems 1
                 * @maxItems 50
                 */
                any: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is?: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is?: boolean
                        }
                      | {
                          addedWithinDays: number
                          is?: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
          )
      )[]
    }
  | {
      /**
       * @minItems 1
       * @maxItems 50
       */
      any: (
        | (
            | {
                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                attribute: string
                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                value?: string | number | boolean
              }
            | {
                /**
                 * Marketing may go to their address on this channel
                 */
                consent: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * Their address must not be used on this channel
                 */
                suppressed: 'email' | 'sms' | 'whatsapp'
                is: boolean
              }
            | {
                /**
                 * To a message of theirs; an opened one was delivered, and so on
                 */
                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                withinDays: number
                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                type?: string
                /**
                 * False: it did not happen
                 */
                is?: boolean
              }
            | {
                /**
                 * They are on this list
                 */
                list: string
                is?: boolean
              }
            | {
                addedWithinDays: number
                is?: boolean
              }
          )
        | (
            | {
                /**
                 * @maxItems 50
                 */
                all: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is?: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is?: boolean
                        }
                      | {
                          addedWithinDays: number
                          is?: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
            | {
                /**
                 * @minItems 1
                 * @maxItems 50
                 */
                any: (
                  | (
                      | {
                          field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          attribute: string
                          is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                          value?: string | number | boolean
                        }
                      | {
                          /**
                           * Marketing may go to their address on this channel
                           */
                          consent: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * Their address must not be used on this channel
                           */
                          suppressed: 'email' | 'sms' | 'whatsapp'
                          is: boolean
                        }
                      | {
                          /**
                           * To a message of theirs; an opened one was delivered, and so on
                           */
                          happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                          withinDays: number
                          channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                          type?: string
                          /**
                           * False: it did not happen
                           */
                          is?: boolean
                        }
                      | {
                          /**
                           * They are on this list
                           */
                          list: string
                          is?: boolean
                        }
                      | {
                          addedWithinDays: number
                          is?: boolean
                        }
                    )
                  | (
                      | {
                          /**
                           * @maxItems 50
                           */
                          all: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                      | {
                          /**
                           * @minItems 1
                           * @maxItems 50
                           */
                          any: (
                            | {
                                field: 'name' | 'email' | 'phone' | 'locale' | 'timeZone' | 'externalId'
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                attribute: string
                                is: 'is' | 'is_not' | 'contains' | 'more_than' | 'less_than' | 'exists' | 'missing'
                                value?: string | number | boolean
                              }
                            | {
                                /**
                                 * Marketing may go to their address on this channel
                                 */
                                consent: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * Their address must not be used on this channel
                                 */
                                suppressed: 'email' | 'sms' | 'whatsapp'
                                is: boolean
                              }
                            | {
                                /**
                                 * To a message of theirs; an opened one was delivered, and so on
                                 */
                                happened: 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced'
                                withinDays: number
                                channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
                                type?: string
                                /**
                                 * False: it did not happen
                                 */
                                is?: boolean
                              }
                            | {
                                /**
                                 * They are on this list
                                 */
                                list: string
                                is?: boolean
                              }
                            | {
                                addedWithinDays: number
                                is?: boolean
                              }
                          )[]
                        }
                    )
                )[]
              }
          )
      )[]
    }
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxClockMove".
 */
export type SandboxClockMove =
  | {
      /**
       * How far forward: an ISO 8601 duration such as PT90M or P7D (of 24 hours each)
       */
      advance: string
    }
  | {
      moveTo: string
    }
  | {
      before: {
        /**
         * Of a plan of reminders
         */
        subject: string
        /**
         * As in such a plan: `PT24H`, `P7D`, `day before at 18:00`
         */
        offset: string
      }
    }

/**
 * Every operation of the API, by method and path.
 */
export interface Operations {
  /**
   * Revoke an API key, at once and for good
   */
  'DELETE /v1/api-keys/:id': {
    params: {
      id: string
    }
    reply: ApiKey
  }
  /**
   * Back to the platform’s account, or the sandbox
   */
  'DELETE /v1/bookings/payment-account': {}
  /**
   * Ask a professional no more; what they did stays
   */
  'DELETE /v1/bookings/professionals/:id': {
    params: {
      id: string
    }
  }
  /**
   * Remove a campaign that was not started
   */
  'DELETE /v1/campaigns/:id': {
    params: {
      id: string
    }
  }
  /**
   * Remove a contact; what still waits for it is cancelled
   */
  'DELETE /v1/contacts/:id': {
    params: {
      id: string
    }
  }
  /**
   * Withdraw an invitation, at once
   */
  'DELETE /v1/invitations/:id': {
    params: {
      id: string
    }
    reply: Invitation
  }
  /**
   * Remove a member; their sessions end at once, their contact stays
   */
  'DELETE /v1/members/:id': {
    params: {
      id: string
    }
  }
  /**
   * Remove a provider account; reports about what it has sent are still taken
   */
  'DELETE /v1/providers/:id': {
    params: {
      id: string
    }
  }
  /**
   * Cancel the reminders of a subject, and what of them has not left yet
   */
  'DELETE /v1/reminders/:subject': {
    params: {
      subject: string
    }
    reply: ReminderPlan
  }
  /**
   * Put the clock back to the true time
   *
   * What was made in the time that is left keeps its dates, and what waits for a time goes on waiting for it. Automations are planned from now.
   */
  'DELETE /v1/sandbox/clock': {
    reply: SandboxClock
  }
  /**
   * Remove a segment; its contacts stay
   */
  'DELETE /v1/segments/:id': {
    params: {
      id: string
    }
  }
  /**
   * Take a contact off a list
   */
  'DELETE /v1/segments/:id/contacts/:contactId': {
    params: {
      id: string
      contactId: string
    }
  }
  /**
   * End one of your sessions, at once
   */
  'DELETE /v1/sessions/:id': {
    params: {
      id: string
    }
  }
  /**
   * Close a support window, at once
   */
  'DELETE /v1/support-windows/:id': {
    params: {
      id: string
    }
    reply: SupportWindow
  }
  /**
   * Take one away; who did and why is kept
   *
   * Where its person asked to hear no more, or complained, `force` is needed.
   */
  'DELETE /v1/suppressions/:id': {
    params: {
      id: string
    }
    body: {
      /**
       * Why it may be written to again
       */
      reason: string
      force?: boolean
    }
  }
  /**
   * Throw the draft away
   */
  'DELETE /v1/templates/:key/:channel/:locale/draft': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    query: {
      revision?: number
    }
  }
  /**
   * Remove a version that nobody was sent, and nobody will be
   */
  'DELETE /v1/templates/:key/:channel/:locale/versions/:versionId': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
      versionId: string
    }
  }
  /**
   * Remove an endpoint and what was told to it
   */
  'DELETE /v1/webhook-endpoints/:id': {
    params: {
      id: string
    }
  }
  /**
   * The ways to sign in besides a password and a link
   */
  'GET /api/auth/ways': {
    reply: {
      /**
       * OpenID Connect, if it is set
       */
      company: {
        name: string
      } | null
    }
  }
  /**
   * Run an automation now, for every organization (for outside schedulers)
   *
   * Opened by `Authorization: Bearer <CRON_SECRET>`. 202: it goes on; ask again to see its end.
   */
  'GET /api/cron/:name': {
    params: {
      name: string
    }
    /**
     * And every count of the runs, added up
     */
    reply: {
      success: boolean
      /**
       * Runs that go on
       */
      pending?: number
      error?: string
      timestamp: string
      [k: string]: unknown
    }
  }
  /**
   * Whether the process is alive
   */
  'GET /health/live': {
    reply: {
      status: 'ok'
    }
  }
  /**
   * Whether every part it needs can be reached
   */
  'GET /health/ready': {
    reply: {
      status: 'ok' | 'unavailable'
      parts: {
        [k: string]: {
          ok: boolean
          detail?: string
        }
      }
    }
  }
  /**
   * From when on something is an alert
   */
  'GET /v1/alert-rules': {
    reply: AlertRules
  }
  /**
   * What is wrong, and was: each alert that was told, newest first
   */
  'GET /v1/alerts': {
    query: {
      limit?: number
      cursor?: string
      open?: 'true' | 'false'
    }
    reply: {
      items: Alert[]
      nextCursor: string | null
    }
  }
  /**
   * List the API keys, newest first
   */
  'GET /v1/api-keys': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: ApiKey[]
      nextCursor: string | null
    }
  }
  /**
   * Who changed what and who looked at personal data, newest first
   */
  'GET /v1/audit': {
    query: {
      limit?: number
      cursor?: string
      actor?: string
      act?: string
      subject?: string
      kind?: 'change' | 'look'
      outcome?: 'done' | 'refused'
      from?: string
      to?: string
    }
    reply: {
      items: AuditEntry[]
      nextCursor: string | null
    }
  }
  /**
   * The same as a file, oldest first
   *
   * One JSON object a line, or CSV whose cells no spreadsheet takes for formulas.
   */
  'GET /v1/audit/export': {
    query: {
      actor?: string
      act?: string
      subject?: string
      kind?: 'change' | 'look'
      outcome?: 'done' | 'refused'
      from?: string
      to?: string
      format?: 'ndjson' | 'csv'
    }
  }
  /**
   * How long entries are kept
   */
  'GET /v1/audit/settings': {
    reply: AuditSettings
  }
  /**
   * Whether every entry is there and as it was written; reads them all
   */
  'GET /v1/audit/verify': {
    reply: AuditVerdict
  }
  /**
   * Automations, each with its newest run
   */
  'GET /v1/automations': {
    reply: {
      items: Automation[]
    }
  }
  /**
   * Its runs, newest first
   */
  'GET /v1/automations/:name/runs': {
    params: {
      name: string
    }
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Run[]
      nextCursor: string | null
    }
  }
  /**
   * Bookings, newest first
   */
  'GET /v1/bookings': {
    query: {
      limit?: number
      cursor?: string
      status?: 'draft' | 'payment_completed' | 'assigned' | 'in_progress' | 'completed' | 'cancelled'
      contactId?: string
      priceMismatch?: string
      from?: string
      to?: string
    }
    reply: {
      items: BookingItem[]
      nextCursor: string | null
    }
  }
  /**
   * One booking, with its payments, who was told, and who was asked to do it
   */
  'GET /v1/bookings/:id': {
    params: {
      id: string
    }
    reply: Booking
  }
  /**
   * The documents of a booking, newest first
   */
  'GET /v1/bookings/:id/documents': {
    params: {
      id: string
    }
    reply: {
      items: BookingDocument[]
    }
  }
  /**
   * A document as a PDF; made now when nobody has read it yet
   */
  'GET /v1/bookings/documents/:id': {
    params: {
      id: string
    }
  }
  /**
   * Where money comes in
   */
  'GET /v1/bookings/payment-account': {
    reply: PaymentAccount
  }
  /**
   * Payments and refunds, newest first; `status=orphaned` are those that fit no quote
   */
  'GET /v1/bookings/payments': {
    query: {
      limit?: number
      cursor?: string
      status?: 'completed' | 'pending' | 'failed' | 'orphaned'
      settled?: string
    }
    reply: {
      items: BookingPayment[]
      nextCursor: string | null
    }
  }
  /**
   * One payment or refund
   */
  'GET /v1/bookings/payments/:id': {
    params: {
      id: string
    }
    reply: BookingPayment
  }
  /**
   * Professionals, newest first
   */
  'GET /v1/bookings/professionals': {
    query: {
      limit?: number
      cursor?: string
      search?: string
      skill?: string
    }
    reply: {
      items: Professional[]
      nextCursor: string | null
    }
  }
  /**
   * One professional
   */
  'GET /v1/bookings/professionals/:id': {
    params: {
      id: string
    }
    reply: Professional
  }
  /**
   * Quotes, newest first; those that were never paid are forgotten after a while
   */
  'GET /v1/bookings/quotes': {
    query: {
      limit?: number
      cursor?: string
      status?: 'open' | 'confirmed' | 'expired'
    }
    reply: {
      items: Quote[]
      nextCursor: string | null
    }
  }
  /**
   * A quote, its price and what became of it
   */
  'GET /v1/bookings/quotes/:temporaryId': {
    params: {
      temporaryId: string
    }
    reply: Quote
  }
  /**
   * Who the organization is on its documents, and what its invoices lack
   */
  'GET /v1/bookings/seller': {
    reply: Seller
  }
  /**
   * What is sold, and how its price comes about
   */
  'GET /v1/bookings/service-types': {
    reply: {
      items: ServiceType[]
    }
  }
  /**
   * One service type
   */
  'GET /v1/bookings/service-types/:id': {
    params: {
      id: string
    }
    reply: ServiceType
  }
  /**
   * How quotes and missions are dealt with
   */
  'GET /v1/bookings/settings': {
    reply: BookingSettings
  }
  /**
   * What each channel with a budget has cost this month
   *
   * Budgets are the rules `budget_email`, `budget_sms` and `budget_whatsapp` of /v1/alert-rules.
   */
  'GET /v1/budgets': {
    reply: {
      items: Budget[]
    }
  }
  /**
   * Campaigns, newest first
   */
  'GET /v1/campaigns': {
    query: {
      limit?: number
      cursor?: string
      status?: 'draft' | 'scheduled' | 'preparing' | 'running' | 'deciding' | 'paused' | 'done' | 'cancelled'
    }
    reply: {
      items: Campaign[]
      nextCursor: string | null
    }
  }
  /**
   * A campaign, and how far it is
   */
  'GET /v1/campaigns/:id': {
    params: {
      id: string
    }
    reply: Campaign
  }
  /**
   * How far a campaign is, in numbers; also told live as campaign.progress
   */
  'GET /v1/campaigns/:id/progress': {
    params: {
      id: string
    }
    reply: {
      id: string
      status: 'draft' | 'scheduled' | 'preparing' | 'running' | 'deciding' | 'paused' | 'done' | 'cancelled'
      recipients: number
      /**
       * Left out: another recipient has the same address
       */
      duplicates: number
      pending: number
      accepted: number
      refused: number
      cancelled: number
      /**
       * By reason
       */
      refusals: {
        [k: string]: number
      }
      messages: CampaignMessages
    }
  }
  /**
   * Who it is for, and what became of each
   */
  'GET /v1/campaigns/:id/recipients': {
    params: {
      id: string
    }
    query: {
      limit?: number
      cursor?: string
      status?: 'pending' | 'accepted' | 'refused' | 'cancelled'
      reason?: string
    }
    reply: {
      items: CampaignRecipient[]
      nextCursor: string | null
    }
  }
  /**
   * The same as a file, one line each, with their addresses
   *
   * CSV in UTF-8 whose cells no spreadsheet takes for formulas. Each line is as it was when it was written.
   */
  'GET /v1/campaigns/:id/recipients.csv': {
    params: {
      id: string
    }
    query: {
      status?: 'pending' | 'accepted' | 'refused' | 'cancelled'
      reason?: string
    }
  }
  /**
   * Every notification there is: who hears of what, where, how urgently, as your organization has it
   */
  'GET /v1/catalogue': {
    reply: {
      items: CatalogueEntry[]
    }
  }
  /**
   * Contacts, newest first
   */
  'GET /v1/contacts': {
    query: {
      limit?: number
      cursor?: string
      email?: string
      phone?: string
      externalId?: string
      search?: string
    }
    reply: {
      items: Contact[]
      nextCursor: string | null
    }
  }
  /**
   * One contact
   */
  'GET /v1/contacts/:id': {
    params: {
      id: string
    }
    reply: Contact
  }
  /**
   * What a contact said yes or no to, newest first: when, in which words, and what proves it
   */
  'GET /v1/contacts/:id/consents': {
    params: {
      id: string
    }
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Consent[]
      nextCursor: string | null
    }
  }
  /**
   * How far an erasure is, and what it took
   */
  'GET /v1/contacts/:id/erasures/:runId': {
    params: {
      id: string
      runId: string
    }
    reply: Run
  }
  /**
   * Exports of a contact, newest first
   */
  'GET /v1/contacts/:id/exports': {
    params: {
      id: string
    }
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: ContactExport[]
      nextCursor: string | null
    }
  }
  /**
   * How far an export is
   */
  'GET /v1/contacts/:id/exports/:runId': {
    params: {
      id: string
      runId: string
    }
    reply: ContactExport
  }
  /**
   * The file of an export: a zip, for seven days
   */
  'GET /v1/contacts/:id/exports/:runId/download': {
    params: {
      id: string
      runId: string
    }
  }
  /**
   * What a contact wrote, newest first, from whichever of its addresses
   */
  'GET /v1/contacts/:id/inbound': {
    params: {
      id: string
    }
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Inbound[]
      nextCursor: string | null
    }
  }
  /**
   * What a contact chose for itself
   */
  'GET /v1/contacts/:id/preferences': {
    params: {
      id: string
    }
    reply: Preferences
  }
  /**
   * How far an import is, and which rows it refused
   */
  'GET /v1/contacts/import/:id': {
    params: {
      id: string
    }
    reply: ContactImport
  }
  /**
   * Messages that ended failed and were not sent again, newest first
   */
  'GET /v1/dead-letters': {
    query: {
      limit?: number
      cursor?: string
      reason?: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      type?: string
      code?: string
      from?: string
      to?: string
      contactId?: string
    }
    reply: {
      items: DeadLetter[]
      nextCursor: string | null
    }
  }
  /**
   * Re-drives and how far they are, newest first
   */
  'GET /v1/dead-letters/requeues': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Requeue[]
      nextCursor: string | null
    }
  }
  /**
   * One re-drive and how far it is
   */
  'GET /v1/dead-letters/requeues/:id': {
    params: {
      id: string
    }
    reply: Requeue
  }
  /**
   * How many dead letters there are, by reason, channel and code
   */
  'GET /v1/dead-letters/summary': {
    query: {
      reason?: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      type?: string
      code?: string
      from?: string
      to?: string
      contactId?: string
    }
    reply: {
      total: number
      byReason: {
        reason: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
        count: number
      }[]
      byChannel: {
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        count: number
      }[]
      /**
       * The 50 most frequent
       */
      byCode: {
        reason: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
        code: string | null
        count: number
      }[]
    }
  }
  /**
   * How messages leave: hours, caps, guard, tries, back-off, digests; defaults filled in
   */
  'GET /v1/delivery-settings': {
    reply: DeliverySettings
  }
  /**
   * A contact’s feed, newest first
   */
  'GET /v1/in-app': {
    query: {
      limit?: number
      cursor?: string
      contactId?: string
    }
    reply: {
      items: InAppItem[]
      nextCursor: string | null
    }
  }
  /**
   * How many items are unread, and unseen
   */
  'GET /v1/in-app/unread-count': {
    query: {
      contactId?: string
    }
    reply: {
      unread: number
      unseen: number
    }
  }
  /**
   * Invitations, newest first
   */
  'GET /v1/invitations': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Invitation[]
      nextCursor: string | null
    }
  }
  /**
   * What may still be sent: used, left, and when it is whole again
   */
  'GET /v1/limits': {
    reply: Limits
  }
  /**
   * The members, newest first
   */
  'GET /v1/members': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Member[]
      nextCursor: string | null
    }
  }
  /**
   * Messages, newest first
   */
  'GET /v1/messages': {
    query: {
      limit?: number
      cursor?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      status?:
        | 'scheduled'
        | 'queued'
        | 'sending'
        | 'sent'
        | 'delivered'
        | 'opened'
        | 'clicked'
        | 'read'
        | 'bounced'
        | 'failed'
        | 'suppressed'
        | 'cancelled'
      provider?: string
      type?: string
      contactId?: string
      address?: string
      from?: string
      to?: string
    }
    reply: {
      items: MessageItem[]
      nextCursor: string | null
    }
  }
  /**
   * One message: what it says, its tries, its timeline
   */
  'GET /v1/messages/:id': {
    params: {
      id: string
    }
    reply: Message
  }
  /**
   * Notifications, newest first
   */
  'GET /v1/notifications': {
    query: {
      limit?: number
      cursor?: string
      type?: string
      contactId?: string
      status?:
        | 'scheduled'
        | 'queued'
        | 'sending'
        | 'sent'
        | 'delivered'
        | 'opened'
        | 'clicked'
        | 'read'
        | 'bounced'
        | 'failed'
        | 'suppressed'
        | 'cancelled'
      from?: string
      to?: string
    }
    reply: {
      items: Notification[]
      nextCursor: string | null
    }
  }
  /**
   * One notification with its messages and the timeline of each
   */
  'GET /v1/notifications/:id': {
    params: {
      id: string
    }
    reply: Notification
  }
  /**
   * For those who operate the platform: what is or was wrong with all of it
   */
  'GET /v1/platform/alerts': {
    query: {
      limit?: number
      cursor?: string
      open?: 'true' | 'false'
    }
    reply: {
      items: Alert[]
      nextCursor: string | null
    }
  }
  /**
   * For those who operate the platform: the organizations, newest first, and nothing of what is in them
   */
  'GET /v1/platform/organizations': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: PlatformOrganization[]
      nextCursor: string | null
    }
  }
  /**
   * For those who operate the platform: calls of vendors that could not be worked off yet, and why
   *
   * What they say is not shown. Those of vendors that packs know, such as Stripe, are tried again until they are settled; carriers’ reports for about two hours.
   */
  'GET /v1/platform/vendor-calls': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: VendorCall[]
      nextCursor: string | null
    }
  }
  /**
   * What carriers take for a message
   */
  'GET /v1/prices': {
    reply: Prices
  }
  /**
   * Accounts messages go by: your own, and the platform’s where you have none; by channel, in the order they are used
   */
  'GET /v1/providers': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: ProviderAccount[]
      nextCursor: string | null
    }
  }
  /**
   * One provider account, with its state; secrets are never shown
   */
  'GET /v1/providers/:id': {
    params: {
      id: string
    }
    reply: ProviderAccount
  }
  /**
   * The carrier’s approved templates, as it last told of them
   */
  'GET /v1/providers/:id/templates': {
    params: {
      id: string
    }
    reply: {
      items: CarrierTemplate[]
      nextCursor: string | null
    }
  }
  /**
   * Plans of reminders
   */
  'GET /v1/reminders': {
    query: {
      limit?: number
      cursor?: string
      contactId?: string
      status?: 'planned' | 'sent' | 'skipped' | 'cancelled' | 'refused'
      from?: string
      to?: string
      order?: 'newest' | 'soonest'
    }
    reply: {
      items: ReminderPlan[]
      nextCursor: string | null
    }
  }
  /**
   * The reminders of a subject, and what became of each
   */
  'GET /v1/reminders/:subject': {
    params: {
      subject: string
    }
    reply: ReminderPlan
  }
  /**
   * The roles and what each may do, and all there is to be allowed
   */
  'GET /v1/roles': {
    reply: {
      items: Role[]
      permissions: {
        name:
          | 'messages.read'
          | 'messages.send'
          | 'contacts.read'
          | 'contacts.manage'
          | 'campaigns.read'
          | 'campaigns.manage'
          | 'bookings.read'
          | 'bookings.manage'
          | 'bookings.money'
          | 'statistics.read'
          | 'settings.read'
          | 'settings.manage'
          | 'templates.manage'
          | 'providers.manage'
          | 'prices.manage'
          | 'webhooks.manage'
          | 'api_keys.manage'
          | 'members.read'
          | 'members.manage'
          | 'support.manage'
          | 'audit.read'
          | 'data.export'
          | 'data.erase'
        scope: string
        description: string
      }[]
    }
  }
  /**
   * What time it is here, and whether it can be moved
   */
  'GET /v1/sandbox/clock': {
    reply: SandboxClock
  }
  /**
   * What was written from phones and mailboxes of the sandbox, newest first
   */
  'GET /v1/sandbox/inbound': {
    query: {
      limit?: number
      cursor?: string
      channel?: 'email' | 'sms' | 'whatsapp'
    }
    reply: {
      items: SandboxInbound[]
      nextCursor: string | null
    }
  }
  /**
   * What the sandbox carriers were given, newest first
   */
  'GET /v1/sandbox/messages': {
    query: {
      limit?: number
      cursor?: string
      channel?: 'email' | 'sms' | 'whatsapp'
    }
    reply: {
      items: SandboxMessage[]
      nextCursor: string | null
    }
  }
  /**
   * One message as the carrier read it
   */
  'GET /v1/sandbox/messages/:id': {
    params: {
      id: string
    }
    reply: SandboxMessageDetail
  }
  /**
   * One file of a mail
   */
  'GET /v1/sandbox/messages/:id/attachments/:index': {
    params: {
      id: string
      index: number
    }
  }
  /**
   * Segments, newest first
   */
  'GET /v1/segments': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: Segment[]
      nextCursor: string | null
    }
  }
  /**
   * A segment, and whom it finds now
   */
  'GET /v1/segments/:id': {
    params: {
      id: string
    }
    reply: SegmentFound
  }
  /**
   * Who is signed in, and for which organization
   */
  'GET /v1/session': {
    reply: Session
  }
  /**
   * Where you are signed in, the last used first
   */
  'GET /v1/sessions': {
    reply: {
      items: OwnSession[]
    }
  }
  /**
   * By channel
   */
  'GET /v1/stats/channels': {
    query: {
      from?: string
      to?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      provider?: string
      type?: string
    }
    reply: StatChannels
  }
  /**
   * What it cost, by day, channel, provider and currency
   */
  'GET /v1/stats/costs': {
    query: {
      from?: string
      to?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      provider?: string
      type?: string
      interval?: 'hour' | 'day'
    }
    reply: StatCosts
  }
  /**
   * All messages of a time, as sums and as a line
   */
  'GET /v1/stats/overview': {
    query: {
      from?: string
      to?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      provider?: string
      type?: string
      interval?: 'hour' | 'day'
    }
    reply: StatOverview
  }
  /**
   * By provider
   */
  'GET /v1/stats/providers': {
    query: {
      from?: string
      to?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      provider?: string
      type?: string
    }
    reply: StatProviders
  }
  /**
   * By template version and type
   */
  'GET /v1/stats/templates': {
    query: {
      from?: string
      to?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      provider?: string
      type?: string
    }
    reply: StatTemplates
  }
  /**
   * When the platform’s support could look in, newest first
   */
  'GET /v1/support-windows': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: SupportWindow[]
      nextCursor: string | null
    }
  }
  /**
   * Addresses that must not be used, newest first
   */
  'GET /v1/suppressions': {
    query: {
      limit?: number
      cursor?: string
      channel?: 'email' | 'sms' | 'whatsapp'
      reason?: 'opted_out' | 'manual' | 'invalid_address' | 'hard_bounce' | 'complaint'
      address?: string
    }
    reply: {
      items: Suppression[]
      nextCursor: string | null
    }
  }
  /**
   * How far an import is, and which rows it refused
   */
  'GET /v1/suppressions/imports/:id': {
    params: {
      id: string
    }
    reply: SuppressionImport
  }
  /**
   * Every template in every language: whose words are live, whether there is a draft
   */
  'GET /v1/templates': {
    query: {
      limit?: number
      cursor?: string
      channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale?: string
      state?: 'own' | 'built_in' | 'none'
      pack?: string
      draft?: 'true' | 'false'
      builtInChanged?: 'true' | 'false'
      search?: string
    }
    reply: {
      items: TemplateItem[]
      nextCursor: string | null
    }
  }
  /**
   * One template: what is live, the draft, the built-in words, what it may name
   */
  'GET /v1/templates/:key/:channel/:locale': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    reply: Template
  }
  /**
   * What is between two of its versions, line by line
   */
  'GET /v1/templates/:key/:channel/:locale/diff': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    query: {
      from: ('draft' | 'live' | 'built_in' | 'built_in_then') | string
      to: ('draft' | 'live' | 'built_in' | 'built_in_then') | string
    }
    reply: TemplateDiff
  }
  /**
   * Its published versions with what became of their messages, newest first
   */
  'GET /v1/templates/:key/:channel/:locale/versions': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    query: {
      limit?: number
      cursor?: string
      of?: 'own' | 'built_in'
    }
    reply: {
      items: TemplateVersionItem[]
      nextCursor: string | null
    }
  }
  /**
   * One version with its words
   */
  'GET /v1/templates/:key/:channel/:locale/versions/:versionId': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
      versionId: string
    }
    reply: TemplateVersion
  }
  /**
   * Where your servers hear of what happens, newest first
   */
  'GET /v1/webhook-endpoints': {
    query: {
      limit?: number
      cursor?: string
    }
    reply: {
      items: WebhookEndpoint[]
      nextCursor: string | null
    }
  }
  /**
   * One endpoint; its secret is never shown again
   */
  'GET /v1/webhook-endpoints/:id': {
    params: {
      id: string
    }
    reply: WebhookEndpoint
  }
  /**
   * What was told to it and what it answered, newest first; kept for 30 days
   */
  'GET /v1/webhook-endpoints/:id/deliveries': {
    params: {
      id: string
    }
    query: {
      limit?: number
      cursor?: string
      status?: 'waiting' | 'delivered' | 'failed'
    }
    reply: {
      items: WebhookDelivery[]
      nextCursor: string | null
    }
  }
  /**
   * Answers a carrier that asks whether the address is ours; where carriers that report by GET do
   */
  'GET /webhooks/:provider/:accountId': {
    params: {
      provider: string
      accountId: string
    }
  }
  /**
   * Change one of the rules, or switch it off
   *
   * A merge patch of the rule’s own settings, as GET shows them: only what you name changes, null is as the product has it. `perDay` and `perMonth` null are no limit.
   */
  'PATCH /v1/alert-rules/:rule': {
    params: {
      rule:
        | 'bounces'
        | 'complaints'
        | 'queue'
        | 'dead_letters'
        | 'automation'
        | 'automation_late'
        | 'cost'
        | 'budget_email'
        | 'budget_sms'
        | 'budget_whatsapp'
        | 'webhooks'
        | 'inbound'
        | 'reports'
        | 'reminders'
    }
    body: AlertRuleChange
    reply: AlertRules
  }
  /**
   * Change how long; what is older goes within the hour
   */
  'PATCH /v1/audit/settings': {
    body: {
      /**
       * How long entries are kept
       */
      keepDays: number
    }
    reply: AuditSettings
  }
  /**
   * Change when an automation runs by itself, or switch that off
   *
   * Running it by hand is always possible. Null is as the product has it.
   */
  'PATCH /v1/automations/:name': {
    params: {
      name: string
    }
    body: {
      enabled?: boolean
      /**
       * Minute, hour, day of the month, month, day of the week
       */
      cron?: string | null
      /**
       * IANA; null: the organization’s
       */
      timeZone?: string | null
    }
    reply: AutomationSchedule
  }
  /**
   * Change where, how far and for what a professional is asked, or whether at all
   */
  'PATCH /v1/bookings/professionals/:id': {
    params: {
      id: string
    }
    body: {
      company?: string
      /**
       * Looked up where there are no coordinates
       */
      address?: string
      /**
       * Without them nothing is near: they are asked for no mission
       */
      coordinates?: {
        latitude: number
        longitude: number
      } | null
      /**
       * How far they go; as far as the organization asks by default
       */
      radiusKm?: number | null
      /**
       * Keys of service types
       *
       * @maxItems 50
       */
      skills?: string[]
      /**
       * Is never asked
       */
      blacklisted?: boolean
      /**
       * Is not asked while this is false
       */
      available?: boolean
    }
    reply: Professional
  }
  /**
   * Change some of it; null takes a field away
   */
  'PATCH /v1/bookings/seller': {
    body: SellerPatch
    reply: Seller
  }
  /**
   * Change a service type; quotes keep the rules they were made with
   */
  'PATCH /v1/bookings/service-types/:id': {
    params: {
      id: string
    }
    body: {
      label?: {
        fr: string
        en: string
      }
      pricing?: Pricing
      /**
       * Members who are told of every booking of it
       *
       * @maxItems 50
       */
      responsibleIds?: string[]
      /**
       * What whoever does it earns, in hundredths of the price; null: nothing is said about it
       */
      professionalShare?: number | null
      /**
       * VAT in its price, in percent; 0: exempt, for the reason in `vatExemption`; null: what the seller’s scheme comes to (20 in France, none in the franchise)
       */
      vatRate?: number | null
      /**
       * With a rate of 0, and only then: why there is no VAT, as invoices say it (BT-120, BT-121)
       */
      vatExemption?: VatExemption | null
      /**
       * Whether it can be ordered
       */
      enabled?: boolean
    }
    reply: ServiceType
  }
  /**
   * Change some of it
   */
  'PATCH /v1/bookings/settings': {
    body: BookingSettingsChange
    reply: BookingSettings
  }
  /**
   * Change a campaign that was not started
   */
  'PATCH /v1/campaigns/:id': {
    params: {
      id: string
    }
    body: CampaignChange
    reply: Campaign
  }
  /**
   * Change an entry’s channels, lane or timing, or switch it off; it holds for what is accepted from now on
   */
  'PATCH /v1/catalogue/:type/:audience': {
    params: {
      type: string
      audience: string
    }
    body: {
      enabled?: boolean
      /**
       * Null: as the catalogue has it
       */
      channels?:
        | (
            | {
                /**
                 * @minItems 1
                 * @maxItems 4
                 */
                all: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
              }
            | {
                /**
                 * @minItems 1
                 * @maxItems 4
                 */
                firstOf: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
                /**
                 * The next one also begins when no report came for so long
                 */
                ifNoReportWithinMinutes?: number
              }
          )
        | null
      /**
       * Its own or a less urgent one; null: its own
       */
      lane?: ('critical' | 'immediate' | 'scheduled' | 'bulk') | null
      /**
       * For what is scheduled
       */
      offsetMinutes?: number | null
    }
    reply: CatalogueEntry
  }
  /**
   * Change a contact; null empties a field
   */
  'PATCH /v1/contacts/:id': {
    params: {
      id: string
    }
    body: ContactDraft
    reply: Contact
  }
  /**
   * Change some of them; null follows the organization again
   */
  'PATCH /v1/contacts/:id/preferences': {
    params: {
      id: string
    }
    body: PreferencesPatch
    reply: Preferences
  }
  /**
   * Change some of them; null is “off” where a setting can be off, else its default
   */
  'PATCH /v1/delivery-settings': {
    body: DeliverySettingsPatch
    reply: DeliverySettings
  }
  /**
   * Give a member another role, shut them out or let them in again; from their next request on
   *
   * Nobody gives or takes a role that may do what they may not, and only owners deal with owners.
   */
  'PATCH /v1/members/:id': {
    params: {
      id: string
    }
    body: {
      role?:
        | 'owner'
        | 'admin'
        | 'operations_manager'
        | 'accounting'
        | 'staff'
        | 'practitioner'
        | 'support'
        | 'lawyer'
        | 'assistant'
      disabled?: boolean
    }
    reply: Member
  }
  /**
   * Change a provider account; what is not named stays, secrets too
   */
  'PATCH /v1/providers/:id': {
    params: {
      id: string
    }
    body: {
      name?: string
      /**
       * The lowest goes first; those of one position share by weight
       */
      position?: number
      weight?: number
      limits?: ProviderAccountLimitChange
      enabled?: boolean
      /**
       * Only what changes; null empties a field. A secret that is not named stays
       */
      settings?: {
        [k: string]: unknown
      }
    }
    reply: ProviderAccount
  }
  /**
   * Change a segment; a campaign that has begun keeps its recipients
   */
  'PATCH /v1/segments/:id': {
    params: {
      id: string
    }
    body: SegmentChange
    reply: Segment
  }
  /**
   * Change an endpoint, switch it off or on; what happens while it is off is not told to it
   */
  'PATCH /v1/webhook-endpoints/:id': {
    params: {
      id: string
    }
    body: {
      url?: string
      description?: string | null
      /**
       * Empty: all of them, also those of later versions
       *
       * @maxItems 12
       */
      events?: (
        | 'notification.accepted'
        | 'message.sent'
        | 'message.delivered'
        | 'message.opened'
        | 'message.clicked'
        | 'message.read'
        | 'message.bounced'
        | 'message.failed'
        | 'message.suppressed'
        | 'message.cancelled'
        | 'inbound.received'
        | 'webhook.test'
      )[]
      enabled?: boolean
    }
    reply: WebhookEndpoint
  }
  /**
   * Change your password; other sessions end
   *
   * One that is easy to guess is refused as `weak_password`, with what to do.
   */
  'POST /api/auth/change-password': {
    body: {
      currentPassword: string
      newPassword: string
      revokeOtherSessions?: boolean
    }
    reply: {
      user: {
        id: string
        name: string
        email: string
      }
    }
  }
  /**
   * Sign in with the link that was sent; the answer sets the session cookie
   */
  'POST /api/auth/magic-link/verify': {
    body: {
      token: string
    }
    reply: {
      /**
       * Null: the second factor is still owed
       */
      user: {
        id: string
        name: string
        email: string
      } | null
      /**
       * True: no session has begun; send the code to …/sign-in/second-factor
       */
      secondFactor: boolean
    }
  }
  /**
   * Have a link sent that lets you choose a new password; it works once, for an hour
   *
   * Answered alike, and as fast, whether or not the address has a sign-in here. At most three at once to an address, then one in a quarter of an hour.
   */
  'POST /api/auth/request-password-reset': {
    body: {
      email: string
    }
    reply: {
      accepted: true
    }
  }
  /**
   * Choose a new password with the link that was sent; every session ends
   *
   * A second factor is still asked for when signing in.
   */
  'POST /api/auth/reset-password': {
    body: {
      token: string
      newPassword: string
    }
    reply: {
      user: {
        id: string
        name: string
        email: string
      }
    }
  }
  /**
   * Sign in; the answer sets the session cookie
   *
   * Whoever has a second factor gets a cookie for ten minutes instead, to send the code with.
   */
  'POST /api/auth/sign-in/email': {
    body: {
      email: string
      password: string
      /**
       * False: the session ends with the browser
       */
      rememberMe?: boolean
    }
    reply: {
      /**
       * Null: the second factor is still owed
       */
      user: {
        id: string
        name: string
        email: string
      } | null
      /**
       * True: no session has begun; send the code to …/sign-in/second-factor
       */
      secondFactor: boolean
    }
  }
  /**
   * Have a link sent that signs you in; it works once, for a quarter of an hour
   *
   * Answered alike, and as fast, whether or not the address has a sign-in here. At most three at once to an address, then one in a quarter of an hour.
   */
  'POST /api/auth/sign-in/magic-link': {
    body: {
      email: string
    }
    reply: {
      accepted: true
    }
  }
  /**
   * Begin to sign in with the company’s own sign-in: where to lead the browser
   *
   * Sets a cookie for five minutes. The provider leads back to /sign-in-company, which calls …/finish.
   */
  'POST /api/auth/sign-in/oidc': {
    body: {}
    reply: {
      url: string
    }
  }
  /**
   * Sign in with what the company’s own sign-in led back with; the answer sets the session cookie
   *
   * Refused as `not_found` when nobody here has that address, `invalid_address` when the provider has not verified it, `unauthenticated` when it has to be begun again. A second factor set up here is asked for all the same.
   */
  'POST /api/auth/sign-in/oidc/finish': {
    body: {
      state: string
      code?: string
      iss?: string
      error?: string
    }
    reply: {
      /**
       * Null: the second factor is still owed
       */
      user: {
        id: string
        name: string
        email: string
      } | null
      /**
       * True: no session has begun; send the code to …/sign-in/second-factor
       */
      secondFactor: boolean
    }
  }
  /**
   * The second step of signing in: a code of the authenticator app, or a backup code
   *
   * With the cookie that the first step gave. After five wrong codes the first step has to be taken again. A backup code works once.
   */
  'POST /api/auth/sign-in/second-factor': {
    body:
      | {
          code: string
        }
      | {
          backupCode: string
        }
    reply: {
      /**
       * Null: the second factor is still owed
       */
      user: {
        id: string
        name: string
        email: string
      } | null
      /**
       * True: no session has begun; send the code to …/sign-in/second-factor
       */
      secondFactor: boolean
    }
  }
  /**
   * Sign out: the session ends and its cookie with it
   */
  'POST /api/auth/sign-out': {
    body: {}
    reply: {
      success: boolean
    }
  }
  /**
   * Show that the authenticator app works: from now on its code is asked for; other sessions end
   */
  'POST /api/auth/two-factor/activate': {
    body: {
      code: string
    }
    reply: {
      done: true
    }
  }
  /**
   * New backup codes; the old ones work no more
   */
  'POST /api/auth/two-factor/backup-codes': {
    body: {
      password: string
    }
    reply: {
      /**
       * Shown this once
       */
      backupCodes: string[]
    }
  }
  /**
   * Sign in without a second factor from now on
   */
  'POST /api/auth/two-factor/disable': {
    body: {
      password: string
    }
    reply: {
      done: true
    }
  }
  /**
   * Begin to set up a second factor; it counts once a code of it was sent to …/activate
   */
  'POST /api/auth/two-factor/enable': {
    body: {
      password: string
    }
    reply: {
      /**
       * For the authenticator app, as a QR code
       */
      uri: string
      /**
       * The same, to be typed
       */
      key: string
      /**
       * Shown this once; each works once
       */
      backupCodes: string[]
    }
  }
  /**
   * Run an automation now, for every organization (for outside schedulers)
   *
   * Opened by `Authorization: Bearer <CRON_SECRET>`. 202: it goes on; ask again to see its end.
   */
  'POST /api/cron/:name': {
    params: {
      name: string
    }
    body: {} | null
    /**
     * And every count of the runs, added up
     */
    reply: {
      success: boolean
      /**
       * Runs that go on
       */
      pending?: number
      error?: string
      timestamp: string
      [k: string]: unknown
    }
  }
  /**
   * Make an API key; it is shown this once
   */
  'POST /v1/api-keys': {
    body: {
      name: string
      /**
       * @minItems 1
       * @maxItems 3
       */
      scopes: ('send' | 'read' | 'manage')[]
      expiresAt?: string | null
    }
    reply: NewApiKey
  }
  /**
   * Run one now; while it is under way, gives that run
   */
  'POST /v1/automations/:name/run': {
    params: {
      name: string
    }
    body: {
      /**
       * Only counts what it would do
       */
      dryRun?: boolean
    } | null
    reply: Run
  }
  /**
   * Give the mission to a professional of your choice: they and the staff hear so, and whoever was asked
   *
   * As if they had accepted, whether they were asked or not. Somebody else’s mission has to be taken back first.
   */
  'POST /v1/bookings/:id/assign': {
    params: {
      id: string
    }
    body: {
      professionalId: string
    }
    reply: Booking
  }
  /**
   * Cancel a booking: nobody comes, nobody is reminded, and what is asked for goes back
   */
  'POST /v1/bookings/:id/cancel': {
    params: {
      id: string
    }
    body: {
      /**
       * Told to the client and the staff
       */
      reason?: string
      /**
       * What goes back: all that is left, or so many minor units; nothing unless given. Takes the permission `bookings.money` too
       */
      refund?: 'full' | number
    }
    reply: Booking
  }
  /**
   * Work is done
   */
  'POST /v1/bookings/:id/complete': {
    params: {
      id: string
    }
    reply: Booking
  }
  /**
   * Tell an audience again that could not be told, or ask for professionals when there was nobody, or nobody accepted
   */
  'POST /v1/bookings/:id/flows/:flow/retry': {
    params: {
      id: string
      flow: 'staff' | 'client' | 'professionals'
    }
    reply: Booking
  }
  /**
   * Move a booking to another time: reminders go along, the client, the professional and the staff hear so
   *
   * Whoever has accepted keeps the mission. Where nobody has, the offers of the former time end and professionals are asked anew.
   */
  'POST /v1/bookings/:id/move': {
    params: {
      id: string
    }
    body: {
      startsAt: string
      /**
       * Told to the client and the staff
       */
      reason?: string
    }
    reply: Booking
  }
  /**
   * Take an accepted mission back: whoever had it hears so, and the others are asked
   */
  'POST /v1/bookings/:id/revoke': {
    params: {
      id: string
    }
    reply: Booking
  }
  /**
   * Work has begun
   */
  'POST /v1/bookings/:id/start': {
    params: {
      id: string
    }
    reply: Booking
  }
  /**
   * Issue a document that was refused, once what it lacked is there; the client is mailed it
   */
  'POST /v1/bookings/documents/:id/retry': {
    params: {
      id: string
    }
    reply: BookingDocument
  }
  /**
   * Give a payment back, or a part of it; the vendor says when it is done
   */
  'POST /v1/bookings/payments/:id/refund': {
    params: {
      id: string
    }
    body: {
      /**
       * In minor units; all that is left unless given
       */
      amount?: number
    }
    reply: BookingPayment
  }
  /**
   * Deal with an orphan: say what it was, or name the quote it was for, whose booking is then made
   */
  'POST /v1/bookings/payments/:id/settle': {
    params: {
      id: string
    }
    body:
      | {
          note: string
        }
      | {
          /**
           * Of the quote
           */
          temporaryId: string
        }
    reply: BookingPayment
  }
  /**
   * Add a professional; they become a contact
   */
  'POST /v1/bookings/professionals': {
    body: NewProfessional
    reply: Professional
  }
  /**
   * Price a visitor’s request
   */
  'POST /v1/bookings/quotes': {
    body: NewQuote
    reply: Quote
  }
  /**
   * Open a page to pay a quote on
   *
   * At Stripe’s where the organization or the platform has an account there, else the sandbox’s own. The booking is made when the payment is reported, not when the visitor comes back.
   */
  'POST /v1/bookings/quotes/:temporaryId/checkout': {
    params: {
      temporaryId: string
    }
    body: {
      customer?: BookingCustomer1
      insurance?: boolean
      successUrl?: string
      cancelUrl?: string
    }
    reply: Checkout
  }
  /**
   * What a request would cost; no quote is made
   */
  'POST /v1/bookings/quotes/price': {
    body: {
      /**
       * The key of a service type
       */
      service: string
      /**
       * What the service’s price rules ask for
       */
      inputs?: {
        [k: string]: number | boolean
      }
      insurance?: boolean
      /**
       * Of the lines; the organization’s by default
       */
      locale?: 'fr' | 'en'
    }
    reply: QuotePrice
  }
  /**
   * Add a service type
   */
  'POST /v1/bookings/service-types': {
    body: NewServiceType
    reply: ServiceType
  }
  /**
   * Prepare a campaign; nothing is sent before it is started
   */
  'POST /v1/campaigns': {
    body: NewCampaign
    reply: Campaign
  }
  /**
   * End it: what it has given to be sent and nobody has begun to send is stopped
   */
  'POST /v1/campaigns/:id/cancel': {
    params: {
      id: string
    }
    reply: Campaign
  }
  /**
   * What it would come to now: whom it reaches, whom not and why, and what that costs
   *
   * Decided by the rules that decide when it is sent; nothing is written. Of more than 20 000 contacts a part is looked at and stands for the others.
   */
  'POST /v1/campaigns/:id/estimate': {
    params: {
      id: string
    }
    reply: CampaignEstimate
  }
  /**
   * Pause it: no further recipient is written to once this answers
   */
  'POST /v1/campaigns/:id/pause': {
    params: {
      id: string
    }
    reply: Campaign
  }
  /**
   * Go on where it was paused
   */
  'POST /v1/campaigns/:id/resume': {
    params: {
      id: string
    }
    reply: Campaign
  }
  /**
   * Start it, now or at its time
   *
   * Refused as `nobody_to_reach`, with the reasons, when nobody would be sent it.
   */
  'POST /v1/campaigns/:id/start': {
    params: {
      id: string
    }
    reply: Campaign
  }
  /**
   * Send it to yourself or a contact of yours, on each of its channels, marked as a test
   */
  'POST /v1/campaigns/:id/test-send': {
    params: {
      id: string
    }
    body: {
      variant?: 'A' | 'B'
      /**
       * The signed-in member unless set
       */
      to?: {
        contactId: string
      }
    }
    reply: {
      messages: {
        id: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        status: 'scheduled' | 'queued' | 'suppressed'
        /**
         * Why it waits, or will not go
         */
        reason?: string
      }[]
    }
  }
  /**
   * Choose the winner of an A/B test now, by hand
   */
  'POST /v1/campaigns/:id/winner': {
    params: {
      id: string
    }
    body: {
      variant: 'A' | 'B'
    }
    reply: Campaign
  }
  /**
   * Add a contact
   */
  'POST /v1/contacts': {
    body: ContactDraft
    reply: Contact
  }
  /**
   * Record that a contact agreed to marketing on a channel, or no longer does
   *
   * Where the organization asks for confirmation (`doubleOptIn`), a grant is recorded as `requested`, and the contact gets a message with a link that works for 7 days; only then it counts. Asking again within ten minutes is the same request.
   */
  'POST /v1/contacts/:id/consents': {
    params: {
      id: string
    }
    body: NewConsent
    reply: Consent
  }
  /**
   * Erase a contact; asked again it is the same erasure
   *
   * What waits is cancelled, and nothing is accepted for the contact from then on. Rows stay without names, addresses and words; files are deleted; suppressions stay as keyed hashes. It cannot be undone. With `dryRun` nothing is changed: 200 says what would be taken.
   */
  'POST /v1/contacts/:id/erase': {
    params: {
      id: string
    }
    body: {
      dryRun?: boolean
    } | null
    reply: Run | ErasePreview
  }
  /**
   * Write down everything held about a contact; while that is under way, gives the same export
   */
  'POST /v1/contacts/:id/export': {
    params: {
      id: string
    }
    reply: ContactExport
  }
  /**
   * A short-lived token for the contact’s own in-app feed and live socket
   */
  'POST /v1/contacts/:id/token': {
    params: {
      id: string
    }
    body: {
      seconds?: number
    } | null
    reply: {
      token: string
      expiresAt: string
    }
  }
  /**
   * Add contacts from a CSV file, or to those that are there what it knows of them; in the background
   *
   * UTF-8, UTF-16 or Windows-1252; `,`, `;` or tab; RFC 4180. Whoever the file names twice is taken once. A bad row is told with its line and refused alone; what looks like a formula is a text.
   */
  'POST /v1/contacts/import': {
    query: {
      mapping?: string
      segmentId?: string
      list?: string
      consentChannels?: string
      consentWording?: string
      consentBasis?: 'consent' | 'existing_customer'
    }
    /**
     * The file, as text/csv
     */
    body: string
    reply: ContactImport
  }
  /**
   * What the beginning of a CSV file would be read as; nothing is kept
   */
  'POST /v1/contacts/import/preview': {
    query: {
      mapping?: string
    }
    /**
     * The file, as text/csv
     */
    body: string
    reply: ContactImportPreview
  }
  /**
   * Send dead letters once more, each as a new message
   *
   * The new messages keep the template version and address of the old ones, which stay as they are. Suppressed addresses and removed contacts are skipped and counted. With `dryRun` nothing is changed: 200 says what would be taken.
   */
  'POST /v1/dead-letters/requeue': {
    body: RequeueRequest
    reply: Requeue | RequeuePreview
  }
  /**
   * Something happened: everyone the catalogue names hears of it
   */
  'POST /v1/events': {
    body: EventRequest
    reply: {
      id: string
      status: 'accepted'
      notifications: {
        id: string
        status: 'accepted'
        duplicate: boolean
        messages: {
          id: string
          channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
          status: 'scheduled' | 'queued' | 'suppressed'
          /**
           * Why it waits, or will not go
           */
          reason?: string
        }[]
        audience:
          | 'contact'
          | 'customer'
          | 'client'
          | 'sender'
          | 'professional'
          | 'practitioner'
          | 'lawyer'
          | 'assistant'
          | 'responsible'
          | 'member'
          | 'support'
          | 'operations'
          | 'accounting'
          | 'staff'
          | 'author'
          | 'owner'
          | 'admin'
          | 'platform_admin'
      }[]
      skipped: {
        audience:
          | 'contact'
          | 'customer'
          | 'client'
          | 'sender'
          | 'professional'
          | 'practitioner'
          | 'lawyer'
          | 'assistant'
          | 'responsible'
          | 'member'
          | 'support'
          | 'operations'
          | 'accounting'
          | 'staff'
          | 'author'
          | 'owner'
          | 'admin'
          | 'platform_admin'
        reason: string
      }[]
    }
  }
  /**
   * Mark an item archived
   */
  'POST /v1/in-app/:id/archive': {
    params: {
      id: string
    }
    query: {
      contactId?: string
    }
    reply: InAppItem
  }
  /**
   * Mark an item read
   */
  'POST /v1/in-app/:id/read': {
    params: {
      id: string
    }
    query: {
      contactId?: string
    }
    reply: InAppItem
  }
  /**
   * Mark an item seen
   */
  'POST /v1/in-app/:id/seen': {
    params: {
      id: string
    }
    query: {
      contactId?: string
    }
    reply: InAppItem
  }
  /**
   * Mark an item unread
   */
  'POST /v1/in-app/:id/unread': {
    params: {
      id: string
    }
    query: {
      contactId?: string
    }
    reply: InAppItem
  }
  /**
   * Mark the whole feed read
   */
  'POST /v1/in-app/read-all': {
    query: {
      contactId?: string
    }
    reply: {
      changed: number
    }
  }
  /**
   * Mark the whole feed seen
   */
  'POST /v1/in-app/seen-all': {
    query: {
      contactId?: string
    }
    reply: {
      changed: number
    }
  }
  /**
   * Invite somebody by e-mail; the link works once, for seven days
   *
   * An earlier invitation of the address is withdrawn. Nobody gives a role that may do what they may not.
   */
  'POST /v1/invitations': {
    body: {
      email: string
      role:
        | 'owner'
        | 'admin'
        | 'operations_manager'
        | 'accounting'
        | 'staff'
        | 'practitioner'
        | 'support'
        | 'lawyer'
        | 'assistant'
    }
    reply: Invitation
  }
  /**
   * Accept an invitation: with the sign-in one has, or with a name and a password of one’s own
   */
  'POST /v1/invitations/accept': {
    body: {
      token: string
      name?: string
      password?: string
    }
    reply: {
      organizationId: string
      memberId: string
      email: string
    }
  }
  /**
   * What an invitation is for, told to whoever holds its token
   */
  'POST /v1/invitations/open': {
    body: {
      token: string
    }
    reply: OpenedInvitation
  }
  /**
   * Tell a contact something, once
   */
  'POST /v1/notifications': {
    body: NotificationRequest
    reply: Accepted
  }
  /**
   * Stop what has not begun to leave; says for each message whether it was in time
   */
  'POST /v1/notifications/:id/cancel': {
    params: {
      id: string
    }
    reply: {
      id: string
      messages: {
        id: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        status:
          | 'scheduled'
          | 'queued'
          | 'sending'
          | 'sent'
          | 'delivered'
          | 'opened'
          | 'clicked'
          | 'read'
          | 'bounced'
          | 'failed'
          | 'suppressed'
          | 'cancelled'
        /**
         * Why nothing could be done about this one
         */
        reason?: 'being_sent' | 'in_digest' | 'already_left' | 'suppressed' | 'cancelled' | 'failed'
        /**
         * An earlier try never got an answer: the carrier may have taken it
         */
        mayHaveArrived?: boolean
        cancelled: boolean
        /**
         * No further channel begins after this one
         */
        fallbackStopped?: boolean
      }[]
    }
  }
  /**
   * Give what has not begun to leave another time; says for each message whether it was in time
   */
  'POST /v1/notifications/:id/reschedule': {
    params: {
      id: string
    }
    body: {
      /**
       * In the past, or null: now. At most five years ahead.
       */
      sendAt: string | null
    }
    reply: {
      id: string
      /**
       * When it is due
       */
      sendAt: string
      /**
       * The time asked for had passed: it is due now
       */
      hadPassed: boolean
      messages: {
        id: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        status:
          | 'scheduled'
          | 'queued'
          | 'sending'
          | 'sent'
          | 'delivered'
          | 'opened'
          | 'clicked'
          | 'read'
          | 'bounced'
          | 'failed'
          | 'suppressed'
          | 'cancelled'
        /**
         * Why nothing could be done about this one
         */
        reason?: 'being_sent' | 'in_digest' | 'already_left' | 'suppressed' | 'cancelled' | 'failed'
        /**
         * An earlier try never got an answer: the carrier may have taken it
         */
        mayHaveArrived?: boolean
        rescheduled: boolean
      }[]
    }
  }
  /**
   * Send its messages once more, as new messages
   */
  'POST /v1/notifications/:id/resend': {
    params: {
      id: string
    }
    reply: {
      id: string
      status: 'accepted'
      messages: {
        id: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        status: 'scheduled' | 'queued' | 'suppressed'
        /**
         * Why it waits, or will not go
         */
        reason?: string
      }[]
      /**
       * `still_waits`, or why its address is suppressed
       */
      skipped: {
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        reason: string
      }[]
    }
  }
  /**
   * Up to 1000 notifications; each is accepted or refused on its own
   */
  'POST /v1/notifications/batch': {
    body: {
      /**
       * @minItems 1
       */
      notifications: NotificationRequest[]
    }
    reply: {
      results: (
        | {
            index: number
            id: string
            status: 'accepted'
            duplicate: boolean
            messages: {
              id: string
              channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
              status: 'scheduled' | 'queued' | 'suppressed'
              /**
               * Why it waits, or will not go
               */
              reason?: string
            }[]
          }
        | {
            index: number
            error: Problem
          }
      )[]
    }
  }
  /**
   * Try one again at once
   */
  'POST /v1/platform/vendor-calls/:id/retry': {
    params: {
      id: string
    }
    reply: VendorCall
  }
  /**
   * Add a provider account; from the next message on, its channel goes by your own
   */
  'POST /v1/providers': {
    body: {
      /**
       * smtp, twilio, sandbox …
       */
      provider: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      name: string
      /**
       * As the provider needs them; secrets are never shown again
       */
      settings?: {
        [k: string]: unknown
      }
      /**
       * The lowest goes first; those of one position share by weight
       */
      position?: number
      weight?: number
      limits?: ProviderAccountLimitChange
      enabled?: boolean
    }
    reply: ProviderAccount
  }
  /**
   * Close the account’s breaker at once, in every process
   */
  'POST /v1/providers/:id/reset': {
    params: {
      id: string
    }
    reply: ProviderAccount
  }
  /**
   * Ask the carrier for its templates now; it is asked every hour by itself
   */
  'POST /v1/providers/:id/templates/sync': {
    params: {
      id: string
    }
    reply: {
      items: CarrierTemplate[]
      nextCursor: string | null
    }
  }
  /**
   * Sign in and out with the saved settings, sending nothing
   */
  'POST /v1/providers/:id/test': {
    params: {
      id: string
    }
    reply: ProviderAccountTest
  }
  /**
   * Move the clock forward: by so much, to a time, or to a while before a subject
   *
   * For the whole installation. What comes due on the way is sent as after an outage: reminders whose subject has begun are skipped. Only where nothing really leaves; the clock goes forward, and back to the true time by DELETE.
   */
  'POST /v1/sandbox/clock': {
    body: SandboxClockMove
    reply: SandboxClock
  }
  /**
   * Writes back from a phone or mailbox of the sandbox, as a carrier hands it on: by a signed webhook
   */
  'POST /v1/sandbox/inbound': {
    body: SandboxAnswer
    reply: {
      /**
       * The sandbox’s id of the message
       */
      id: string
    }
  }
  /**
   * Make a segment: a filter, or a list
   */
  'POST /v1/segments': {
    body: NewSegment
    reply: Segment
  }
  /**
   * Put contacts on a list; those that are on it stay, and those that are none of yours are left out
   */
  'POST /v1/segments/:id/contacts': {
    params: {
      id: string
    }
    body: {
      /**
       * @minItems 1
       * @maxItems 1000
       */
      contactIds: string[]
    }
    reply: {
      added: number
    }
  }
  /**
   * Whom a filter would find now
   */
  'POST /v1/segments/preview': {
    body: {
      filter: SegmentFilterInput
    }
    reply: {
      count: number
      /**
       * Some of them
       */
      examples: {
        id: string
        name: string | null
      }[]
    }
  }
  /**
   * End every session of yours but this one, at once
   */
  'POST /v1/sessions/end-others': {
    body: {}
    reply: {
      ended: number
    }
  }
  /**
   * What a text comes to as an SMS: encoding, parts, and the same text in GSM-7
   */
  'POST /v1/sms/preview': {
    body: {
      text: string
      /**
       * As the organization’s sms.fold unless set
       */
      fold?: boolean
    }
    reply: SmsPreview
  }
  /**
   * Let the platform’s support look in for some hours; they may change nothing
   */
  'POST /v1/support-windows': {
    body: {
      hours: number
      reason: string
    }
    reply: SupportWindow
  }
  /**
   * Add an address that must not be used; what waits for it is cancelled
   */
  'POST /v1/suppressions': {
    body: NewSuppression
    reply: Suppression
  }
  /**
   * Add many, from a CSV file or a list; worked off in the background
   *
   * Up to 100000 rows. A bad row is told with its line and refused alone; the same file twice adds nothing.
   */
  'POST /v1/suppressions/import': {
    body: SuppressionImportRequest
    reply: SuppressionImport
  }
  /**
   * What somebody would receive, or what is wrong with it; the draft unless you give something else
   */
  'POST /v1/templates/:key/:channel/:locale/preview': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    body: {
      /**
       * E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}
       */
      source?: {
        [k: string]: unknown
      }
      versionId?: string
      /**
       * Instead of the sample payload; it must fit the event
       */
      payload?: {
        [k: string]: unknown
      }
      contactName?: string
    }
    reply: TemplatePreview
  }
  /**
   * Make the draft live, or the source given; every fault is told with its line and column
   */
  'POST /v1/templates/:key/:channel/:locale/publish': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    body: {
      /**
       * Instead of the draft, which stays
       */
      source?: {
        [k: string]: unknown
      }
      /**
       * Only where the draft still has this revision
       */
      revision?: number
    }
    reply: PublishedTemplateVersion
  }
  /**
   * Go back to the built-in words in this language; your versions stay
   */
  'POST /v1/templates/:key/:channel/:locale/reset': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    reply: Template
  }
  /**
   * Publish the words of an earlier version anew; messages already accepted keep theirs
   */
  'POST /v1/templates/:key/:channel/:locale/rollback': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    body: {
      versionId: string
    }
    reply: PublishedTemplateVersion
  }
  /**
   * Send it to yourself or a contact of yours, marked as a test; the draft unless you give something else
   */
  'POST /v1/templates/:key/:channel/:locale/test-send': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    body: {
      /**
       * E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}
       */
      source?: {
        [k: string]: unknown
      }
      versionId?: string
      /**
       * Instead of the sample payload; it must fit the event
       */
      payload?: {
        [k: string]: unknown
      }
      /**
       * The signed-in member unless set
       */
      to?: {
        contactId: string
      }
    }
    reply: {
      id: string
      status: 'accepted'
      duplicate: boolean
      messages: {
        id: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        status: 'scheduled' | 'queued' | 'suppressed'
        /**
         * Why it waits, or will not go
         */
        reason?: string
      }[]
      templateVersionId: string
    }
  }
  /**
   * Add an endpoint; it hears of what happens from now on
   */
  'POST /v1/webhook-endpoints': {
    body: {
      url: string
      description?: string | null
      /**
       * Empty: all of them, also those of later versions
       *
       * @maxItems 12
       */
      events?: (
        | 'notification.accepted'
        | 'message.sent'
        | 'message.delivered'
        | 'message.opened'
        | 'message.clicked'
        | 'message.read'
        | 'message.bounced'
        | 'message.failed'
        | 'message.suppressed'
        | 'message.cancelled'
        | 'inbound.received'
        | 'webhook.test'
      )[]
      enabled?: boolean
    }
    reply: WebhookEndpointWithSecret
  }
  /**
   * Send one delivery again, with the same webhook-id
   */
  'POST /v1/webhook-endpoints/:id/deliveries/:deliveryId/replay': {
    params: {
      id: string
      deliveryId: string
    }
    reply: {
      replayed: number
    }
  }
  /**
   * Send the deliveries of a time again: those that failed, or all
   */
  'POST /v1/webhook-endpoints/:id/replay': {
    params: {
      id: string
    }
    body: {
      /**
       * Default: a day before the end
       */
      from?: string
      /**
       * Default: now
       */
      to?: string
      failedOnly?: boolean
    }
    reply: {
      replayed: number
    }
  }
  /**
   * Change the secret; the former one signs beside it for a day
   */
  'POST /v1/webhook-endpoints/:id/secret': {
    params: {
      id: string
    }
    reply: WebhookEndpointWithSecret
  }
  /**
   * Send it a webhook.test; look for the delivery to see what it answered
   */
  'POST /v1/webhook-endpoints/:id/test': {
    params: {
      id: string
    }
    reply: {
      deliveryId: string
    }
  }
  /**
   * Where a carrier reports, and hands on what people write; signed by it
   */
  'POST /webhooks/:provider/:accountId': {
    params: {
      provider: string
      accountId: string
    }
  }
  /**
   * Be paid through a Stripe account of one’s own
   *
   * Its secrets are kept encrypted and never shown. Let Stripe call `webhookUrl` with the events `checkout.session.*`, `charge.refunded` and `refund.*`. An earlier account is still listened to.
   */
  'PUT /v1/bookings/payment-account': {
    body: {
      /**
       * Of your Stripe account: sk_… or rk_…
       */
      secretKey: string
      /**
       * What Stripe signs its calls with: whsec_…
       */
      webhookSecret: string
      /**
       * The one before, while Stripe goes on signing with it
       */
      oldWebhookSecret?: string
      name?: string
    }
    reply: PaymentAccount
  }
  /**
   * Replace them; what is not named follows the organization again
   */
  'PUT /v1/contacts/:id/preferences': {
    params: {
      id: string
    }
    body: PreferencesPut
    reply: Preferences
  }
  /**
   * Replace your own list of prices; messages that have left keep what was estimated then
   */
  'PUT /v1/prices': {
    body: {
      /**
       * @maxItems 2000
       */
      prices: {
        provider: string
        channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
        /**
         * ISO 3166-1; * for every country without a price of its own
         */
        country: string | '*'
        /**
         * WhatsApp’s kind of conversation; * for any
         */
        category?: 'marketing' | 'utility' | 'authentication' | 'service' | '*'
        /**
         * Millionths of the currency’s unit: 45000 is 0.045. For a part of an SMS, else for a message
         */
        micros: number
        currency: string
      }[]
    }
    reply: Prices
  }
  /**
   * Plan the reminders of a subject, or move them with it
   *
   * One reminder comes for each offset and each time the subject has had, however often this is called. Those whose moment has passed are skipped. In quiet hours one leaves before them, never after its subject. Whether, where and in which words it is sent is decided when it comes due.
   */
  'PUT /v1/reminders/:subject': {
    params: {
      subject: string
    }
    body: NewReminderPlan
    reply: ReminderPlan
  }
  /**
   * Decide what a role may do; null: as the product has it. Counts from each member’s next request
   *
   * Nobody gives what they do not have themselves. An owner may everything.
   */
  'PUT /v1/roles/:role': {
    params: {
      role:
        | 'owner'
        | 'admin'
        | 'operations_manager'
        | 'accounting'
        | 'staff'
        | 'practitioner'
        | 'support'
        | 'lawyer'
        | 'assistant'
    }
    body: {
      permissions:
        | (
            | 'messages.read'
            | 'messages.send'
            | 'contacts.read'
            | 'contacts.manage'
            | 'campaigns.read'
            | 'campaigns.manage'
            | 'bookings.read'
            | 'bookings.manage'
            | 'bookings.money'
            | 'statistics.read'
            | 'settings.read'
            | 'settings.manage'
            | 'templates.manage'
            | 'providers.manage'
            | 'prices.manage'
            | 'webhooks.manage'
            | 'api_keys.manage'
            | 'members.read'
            | 'members.manage'
            | 'support.manage'
            | 'audit.read'
            | 'data.export'
            | 'data.erase'
          )[]
        | null
    }
    reply: Role
  }
  /**
   * Work in another of your organizations, or in one that has opened a support window to you
   *
   * The choice is kept with the session. A single request may name another organization in its `x-organization-id` header.
   */
  'PUT /v1/session/organization': {
    body: {
      organizationId: string
    }
    reply: Session
  }
  /**
   * Save the draft over the one you read; it may have faults
   */
  'PUT /v1/templates/:key/:channel/:locale/draft': {
    params: {
      key: string
      channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
      locale: string
    }
    body: {
      /**
       * E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}
       */
      source: {
        [k: string]: unknown
      }
      /**
       * The draftRevision you read
       */
      revision: number
    }
    reply: Template
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ApiKey".
 */
export interface ApiKey {
  id: string
  name: string
  /**
   * The first characters, to recognise it by
   */
  prefix: string
  scopes: ('send' | 'read' | 'manage')[]
  createdAt: string
  expiresAt: string | null
  /**
   * To the minute
   */
  lastUsedAt: string | null
  revokedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Invitation".
 */
export interface Invitation {
  id: string
  email: string
  role: string
  invitedBy: string
  status: 'pending' | 'accepted' | 'revoked' | 'expired'
  createdAt: string
  expiresAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ReminderPlan".
 */
export interface ReminderPlan {
  subject: string
  at: string
  timeZone: string
  contactId: string
  contactName: string | null
  cancelledAt: string | null
  reminders: {
    id: string
    offset: string
    type: string
    /**
     * The subject’s time that it belongs to: an earlier one, if the subject has moved since
     */
    at: string
    dueAt: string
    /**
     * `skipped`: its time had passed, or there was none. `refused`: nothing could be sent when it was due
     */
    status: 'planned' | 'sent' | 'skipped' | 'cancelled' | 'refused'
    /**
     * A stable word: quiet_hours (planned: moved out of them; skipped: no time was left), chosen_hour (in quiet hours, because its time of day was asked for), past, after_subject, subject_begun, subject_cancelled, subject_erased, subject_moved (stopped before it left), no_longer_wanted, or the code of the problem it was refused with
     */
    reason: string | null
    notificationId: string | null
  }[]
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxClock".
 */
export interface SandboxClock {
  /**
   * What time it is for this installation
   */
  now: string
  /**
   * How far ahead of the true time that is
   */
  aheadMs: number
  movable: boolean
  /**
   * Why it cannot be moved: nobody asked for a sandbox (CARILLON_DEMO), or a carrier’s account is set up by which messages really leave
   */
  reason: ('not_sandbox' | 'live_accounts') | null
  /**
   * When the organization’s next planned reminder is due
   */
  nextReminderAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SupportWindow".
 */
export interface SupportWindow {
  id: string
  reason: string
  openedBy: string
  openedAt: string
  expiresAt: string
  /**
   * Set when it was closed before its time
   */
  closedAt: string | null
  open: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AlertRules".
 */
export interface AlertRules {
  bounces: {
    enabled: boolean
    /**
     * Of what was sent in 24 hours came back
     */
    percent: number
    /**
     * Sent, before a share says anything
     */
    atLeast: number
  }
  complaints: {
    enabled: boolean
    /**
     * Of what was sent in 24 hours was called unwanted
     */
    percent: number
    /**
     * Sent, before a share says anything
     */
    atLeast: number
  }
  queue: {
    enabled: boolean
    /**
     * A message of this lane has been due for longer
     */
    minutes: {
      critical: number
      immediate: number
      scheduled: number
      bulk: number
    }
  }
  dead_letters: {
    enabled: boolean
    /**
     * More messages ended failed within an hour
     */
    perHour: number
  }
  automation: {
    /**
     * An automation has failed twice in a row
     */
    enabled: boolean
  }
  automation_late: {
    enabled: boolean
    /**
     * An automation was due and has not begun for so long
     */
    minutes: number
  }
  cost: {
    enabled: boolean
    /**
     * In minor units of `currency`: 2500 is 25 euros. Null: any
     */
    perDay: number | null
    currency: string
  }
  budget_email: {
    enabled: boolean
    /**
     * In minor units of `currency`: 15000 is 150 euros. Owners hear at 80 % and when it is spent. Null: any
     */
    perMonth: number | null
    currency: string
    /**
     * What is accepted once it is spent does not go by this channel until next month; critical messages do
     */
    stop: boolean
  }
  budget_sms: {
    enabled: boolean
    /**
     * In minor units of `currency`: 15000 is 150 euros. Owners hear at 80 % and when it is spent. Null: any
     */
    perMonth: number | null
    currency: string
    /**
     * What is accepted once it is spent does not go by this channel until next month; critical messages do
     */
    stop: boolean
  }
  budget_whatsapp: {
    enabled: boolean
    /**
     * In minor units of `currency`: 15000 is 150 euros. Owners hear at 80 % and when it is spent. Null: any
     */
    perMonth: number | null
    currency: string
    /**
     * What is accepted once it is spent does not go by this channel until next month; critical messages do
     */
    stop: boolean
  }
  webhooks: {
    enabled: boolean
    /**
     * Events wait to be told to your endpoints
     */
    waiting: number
  }
  inbound: {
    enabled: boolean
    /**
     * Nobody has written for so long, while messages leave
     */
    hours: number
    /**
     * Wrote in the two weeks before, so that silence is odd
     */
    atLeast: number
  }
  reports: {
    enabled: boolean
    /**
     * Fewer of what a carrier took 4 to 28 hours ago have a report, where most had one the week before
     */
    percent: number
    /**
     * Taken, before a share says anything
     */
    atLeast: number
  }
  reminders: {
    enabled: boolean
    /**
     * So many appointments or bookings of yesterday, today or tomorrow had reminders due, and none left
     */
    atLeast: number
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Alert".
 */
export interface Alert {
  id: string
  rule:
    | 'provider'
    | 'bounces'
    | 'complaints'
    | 'queue'
    | 'dead_letters'
    | 'automation'
    | 'automation_late'
    | 'cost'
    | 'budget_email'
    | 'budget_sms'
    | 'budget_whatsapp'
    | 'webhooks'
    | 'countries'
    | 'inbound'
    | 'reports'
    | 'reminders'
    | 'time_zones'
    | 'health'
    | 'vendor_calls'
  /**
   * Of what: an account’s id, a lane, an automation, a level
   */
  subject: string | null
  since: string
  /**
   * When it was told
   */
  raisedAt: string
  /**
   * Null: it goes on
   */
  endedAt: string | null
  /**
   * What was measured when it was told
   */
  facts: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AuditEntry".
 */
export interface AuditEntry {
  /**
   * Its place: 1, 2, 3 … without a gap
   */
  n: number
  id: string
  at: string
  kind: 'change' | 'look'
  /**
   * `contact.read`, `provider.updated` …
   */
  act: string
  /**
   * Refused: they may not, and nothing happened
   */
  outcome: 'done' | 'refused'
  actor: {
    kind: 'member' | 'api_key' | 'contact' | 'platform_admin' | 'platform'
    id: string | null
    /**
     * As it was then
     */
    name: string
  }
  /**
   * Ids of what it was about
   */
  subjects: string[]
  details: {
    /**
     * What was changed, by name
     */
    fields?: string[]
    /**
     * Settings that are nobody’s data
     */
    values?: {
      /**
       * Items: First what it was, then what it became
       */
      [k: string]: {
        [k: string]: unknown
      }[]
    }
    /**
     * The setting it was, where it has a name instead of an id
     */
    about?: string
    /**
     * What a list was filtered by
     */
    filters?: string[]
    /**
     * How many items were shown
     */
    count?: number
    route?: string
  }
  /**
   * Forgotten after a year, as is `userAgent`
   */
  ip: string | null
  userAgent: string | null
  requestId: string | null
  /**
   * The support window through which the platform’s people came
   */
  supportWindowId: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AuditSettings".
 */
export interface AuditSettings {
  /**
   * How long entries are kept
   */
  keepDays: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AuditVerdict".
 */
export interface AuditVerdict {
  /**
   * Every entry is there, as it was written
   */
  complete: boolean
  entries: number
  /**
   * When the log began; entries past their time are no longer in it
   */
  beganAt: string | null
  checkedAt: string
  /**
   * Kept elsewhere, it shows later that nobody put an older copy of the log back
   */
  last: {
    n: number
    hash: string
  } | null
  /**
   * @maxItems 100
   */
  faults: {
    what: 'changed' | 'removed' | 'inserted' | 'end_cut' | 'head_changed' | 'head_missing' | 'key_unreadable'
    from: number
    to: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Automation".
 */
export interface Automation {
  name: string
  description: string
  /**
   * Null: it runs only when it is asked to
   */
  schedule: AutomationSchedule | null
  lastRun: Run | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AutomationSchedule".
 */
export interface AutomationSchedule {
  cron: string
  timeZone: string
  enabled: boolean
  /**
   * Null while it is switched off
   */
  nextRunAt: string | null
  byDefault: {
    cron: string
    timeZone: string
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Run".
 */
export interface Run {
  id: string
  name: string
  dryRun: boolean
  status: 'waiting' | 'running' | 'done' | 'failed'
  /**
   * What was done, or with `dryRun` would be, by kind
   */
  counts: {
    [k: string]: number
  }
  progress: {
    done: number
    /**
     * Null: not known yet
     */
    total: number | null
  }
  error: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingItem".
 */
export interface BookingItem {
  id: string
  reference: string
  status: 'draft' | 'payment_completed' | 'assigned' | 'in_progress' | 'completed' | 'cancelled'
  /**
   * The key of its service type
   */
  service: string
  startsAt: string
  timeZone: string
  address: {
    line: string
    postalCode: string
    city: string
  }
  contactId: string
  customer: KnownBookingCustomer
  /**
   * In minor units
   */
  amount: number
  currency: string
  paid: number
  /**
   * What has gone back
   */
  refunded: number
  /**
   * Of what was paid and went back: another than was agreed, now and then
   */
  paidCurrency: string
  insurance: boolean
  /**
   * What was paid is not what the server’s rules come to
   */
  priceMismatch: boolean
  /**
   * Paid after the quote had expired
   */
  paidLate: boolean
  /**
   * A payer’s bank asks its money back, or took it back; null also where the money stays
   */
  dispute: ('open' | 'lost') | null
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "KnownBookingCustomer".
 */
export interface KnownBookingCustomer {
  name: string | null
  email: string | null
  phone: string | null
  company: BookingCompany | null
  billingAddress: BillingAddress | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingCompany".
 */
export interface BookingCompany {
  name: string
  /**
   * Of a French company
   */
  siren?: string
  /**
   * The number it is registered under elsewhere
   */
  registration?: string
  vatId?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BillingAddress".
 */
export interface BillingAddress {
  line: string
  postalCode: string
  city: string
  country: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Booking".
 */
export interface Booking {
  id: string
  reference: string
  status: 'draft' | 'payment_completed' | 'assigned' | 'in_progress' | 'completed' | 'cancelled'
  /**
   * The key of its service type
   */
  service: string
  startsAt: string
  timeZone: string
  address: {
    line: string
    postalCode: string
    city: string
  }
  contactId: string
  customer: KnownBookingCustomer
  /**
   * In minor units
   */
  amount: number
  currency: string
  paid: number
  /**
   * What has gone back
   */
  refunded: number
  /**
   * Of what was paid and went back: another than was agreed, now and then
   */
  paidCurrency: string
  insurance: boolean
  /**
   * What was paid is not what the server’s rules come to
   */
  priceMismatch: boolean
  /**
   * Paid after the quote had expired
   */
  paidLate: boolean
  /**
   * A payer’s bank asks its money back, or took it back; null also where the money stays
   */
  dispute: ('open' | 'lost') | null
  createdAt: string
  updatedAt: string
  inputs: {
    [k: string]: number | boolean
  }
  notes: string | null
  cancelReason: string | null
  flows: {
    flow: 'staff' | 'client' | 'professionals'
    /**
     * Each on its own. `waiting`: under way, or tried again; `failed`: given up
     */
    state: 'waiting' | 'done' | 'failed'
    /**
     * nobody (no professional is eligible), no_place (the address was not found), begun (its time had come: nobody was asked), cancelled (the booking, before they were told), or what went wrong
     */
    detail: string | null
  }[]
  payments: BookingPayment[]
  /**
   * Newest first
   */
  attributions: Attribution[]
  /**
   * Newest first
   */
  documents: BookingDocument[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingPayment".
 */
export interface BookingPayment {
  id: string
  /**
   * Null: an orphan, which fits no quote, or one that has not arrived yet
   */
  bookingId: string | null
  kind: 'payment' | 'refund'
  status: 'completed' | 'pending' | 'failed' | 'orphaned'
  /**
   * In minor units
   */
  amount: number
  currency: string
  method: string | null
  checkoutSession: string | null
  paymentIntent: string | null
  payerEmail: string | null
  /**
   * Why it is an orphan: no_quote, unknown_quote, already_paid, date_passed, nobody_to_tell; or bounced (a debit), unknown_payment (a refund of none that is known), or what the vendor says of a refund that failed
   */
  problem: string | null
  /**
   * When somebody had dealt with the orphan
   */
  settledAt: string | null
  /**
   * What they said of it
   */
  note: string | null
  /**
   * What the payer’s bank says of it, where they dispute it
   */
  dispute: {
    id: string
    /**
     * As the vendor says it: needs_response, under_review, won, lost…
     */
    status: string
    /**
     * As the vendor says it: fraudulent, product_not_received…
     */
    reason: string | null
    amount: number
    currency: string
    /**
     * Until when the vendor takes evidence
     */
    answerBy: string | null
  } | null
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Attribution".
 */
export interface Attribution {
  id: string
  status: 'broadcasting' | 'accepted' | 'expired' | 'cancelled'
  /**
   * 2 when the radius was widened
   */
  round: number
  radiusKm: number
  /**
   * The address was not found: distances are from the organization’s own point
   */
  approximate: boolean
  deadlineAt: string
  winnerId: string | null
  acceptedAt: string | null
  /**
   * Staff chose the winner
   */
  byHand: boolean
  answers: {
    professionalId: string
    company: string
    round: number
    /**
     * Null: one of the two is not on the map
     */
    distanceKm: number | null
    answer: 'none' | 'accepted' | 'refused' | 'taken' | 'expired' | 'revoked'
    proposedAt: string
    answeredAt: string | null
  }[]
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingDocument".
 */
export interface BookingDocument {
  id: string
  kind: 'quote' | 'booking_confirmation' | 'invoice' | 'credit_note' | 'mission_proposal' | 'mission_order'
  /**
   * restricted: without who the client is and where, for professionals who have not accepted
   */
  audience: 'full' | 'restricted'
  language: 'fr' | 'en'
  /**
   * Of confirmations and orders: a later one replaces it; of credit notes: which of the booking’s
   */
  version: number
  /**
   * Whom it names: of missions
   */
  professional: string | null
  /**
   * Of invoices and credit notes
   */
  number: string | null
  issuedOn: string | null
  /**
   * Of invoices and credit notes, with VAT, in minor units
   */
  amount: number | null
  currency: string | null
  /**
   * waiting: issued, its file is made when somebody first reads it; refused: it cannot be made, `problems` says why
   */
  state: 'waiting' | 'made' | 'refused' | 'erased'
  problems: {
    path: string
    message: string
  }[]
  filename: string
  bytes: number | null
  pages: number | null
  sha256: string | null
  createdAt: string
  madeAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PaymentAccount".
 */
export interface PaymentAccount {
  id: string
  /**
   * Its own, the platform’s, the sandbox, where no money moves, or none: nobody can pay online
   */
  kind: 'stripe' | 'platform' | 'sandbox' | 'none'
  name: string
  /**
   * What Stripe is to call
   */
  webhookUrl: string
  /**
   * The last letters of its key
   */
  keyEnd: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Professional".
 */
export interface Professional {
  id: string
  contactId: string
  company: string
  name: string | null
  email: string | null
  phone: string | null
  coordinates: {
    latitude: number
    longitude: number
  } | null
  radiusKm: number | null
  skills: string[]
  blacklisted: boolean
  available: boolean
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Quote".
 */
export interface Quote {
  /**
   * Whoever has it may see the quote and pay it
   */
  temporaryId: string
  status: 'open' | 'confirmed' | 'expired'
  service: string
  inputs: {
    [k: string]: number | boolean
  }
  insurance: boolean
  /**
   * In minor units
   */
  amount: number
  currency: string
  /**
   * How the price comes about
   */
  lines: {
    label: string
    amount: number
  }[]
  address: {
    line: string
    postalCode: string
    city: string
  }
  customer: KnownBookingCustomer
  notes: string | null
  wishedAt: string
  timeZone: string
  expiresAt: string
  /**
   * Set: paid in a way that takes days to arrive
   */
  awaitingPaymentAt: string | null
  bookingId: string | null
  /**
   * The visitor’s own page
   */
  url: string
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Seller".
 */
export interface Seller {
  details: {
    legalName?: string
    tradingName?: string
    legalForm?: string
    register?: string
    address?: {
      /**
       * Street and number, building, …
       *
       * @minItems 1
       * @maxItems 3
       */
      lines: string[]
      postalCode: string
      city: string
      country: string
    }
    siren?: string
    siret?: string
    vatId?: string
    vatScheme?: 'standard' | 'franchise'
    vatOnDebits?: boolean
    email?: string
    phone?: string
    website?: string
    iban?: string
    bic?: string
    latePenalty?: string
    earlyDiscount?: string
    insurance?: string
    electronicAddress?: {
      scheme: string
      id: string
    }
  }
  hasLogo: boolean
  /**
   * What invoices cannot be issued without; empty: they can
   */
  missing: {
    path: string
    message: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ServiceType".
 */
export interface ServiceType {
  id: string
  key: string
  label: {
    fr: string
    en: string
  }
  pricing: Pricing
  responsibleIds: string[]
  professionalShare: number | null
  vatRate: number | null
  vatExemption: VatExemption | null
  enabled: boolean
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Pricing".
 */
export interface Pricing {
  /**
   * @minItems 1
   * @maxItems 50
   */
  rules: PriceRule[]
  /**
   * What it costs at least
   */
  minimum?: number
  /**
   * What insurance adds; without it there is none
   */
  insurance?: {
    percent: number
    minimum?: number
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "VatExemption".
 */
export interface VatExemption {
  /**
   * Of the VATEX list: VATEX-EU-132-1I is teaching
   */
  code: string
  reason: {
    fr: string
    en: string
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingSettings".
 */
export interface BookingSettings {
  /**
   * One that Stripe takes, of two decimals or none
   */
  currency: string
  quoteValidHours: number
  /**
   * How far from a job professionals are asked
   */
  radiusKm: number
  /**
   * How far when nobody near has accepted
   */
  widenedRadiusKm: number
  /**
   * How long professionals have to answer
   */
  answerHours: number
  /**
   * Jobs that begin sooner are urgent
   */
  urgentHours: number
  urgentAnswerHours: number
  /**
   * From where distances are measured when an address is not found; without it such missions are not offered
   */
  fallback: {
    latitude: number
    longitude: number
  } | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Budget".
 */
export interface Budget {
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * In minor units of `currency`
   */
  spent: number
  budget: number
  currency: string
  /**
   * The day the next month begins, where the organization is
   */
  resetsOn: string
  /**
   * Spent, and new messages do not go by it
   */
  stopped: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Campaign".
 */
export interface Campaign {
  id: string
  name: string
  segmentId: string | null
  type: string
  channels:
    | {
        all: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
      }
    | {
        firstOf: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
        ifNoReportWithinMinutes?: number
      }
  startAt: string | null
  startLocal: string | null
  throttle: {
    count: number
    per: 'minute' | 'hour'
  } | null
  trial: {
    /**
     * Of a hundred recipients, how many are written to first: half of them each
     */
    share: number
    /**
     * By its share of what was sent and did not come back; A where neither is better
     */
    metric: 'opened' | 'clicked'
    /**
     * From when the last of them was written to
     */
    hours: number
  } | null
  status: 'draft' | 'scheduled' | 'preparing' | 'running' | 'deciding' | 'paused' | 'done' | 'cancelled'
  variants: {
    id: string
    label: 'A' | 'B'
    payload: {
      [k: string]: unknown
    }
    versionIds: string[]
    messages: CampaignMessages
  }[]
  winner: ('A' | 'B') | null
  /**
   * When the winner is chosen, once that is known
   */
  decideAt: string | null
  /**
   * Why it is paused, where nobody paused it
   */
  problem: 'template_version_removed' | null
  progress: CampaignProgress
  createdAt: string
  updatedAt: string
  startedAt: string | null
  finishedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CampaignMessages".
 */
export interface CampaignMessages {
  messages: number
  suppressed: number
  cancelled: number
  sent: number
  delivered: number
  opened: number
  clicked: number
  bounced: number
  failed: number
  /**
   * Of those that failed: their carrier may have taken them, and could not be asked
   */
  uncertain: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CampaignProgress".
 */
export interface CampaignProgress {
  recipients: number
  /**
   * Left out: another recipient has the same address
   */
  duplicates: number
  pending: number
  accepted: number
  refused: number
  cancelled: number
  /**
   * By reason
   */
  refusals: {
    [k: string]: number
  }
  messages: CampaignMessages
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CampaignRecipient".
 */
export interface CampaignRecipient {
  /**
   * The contact’s
   */
  id: string
  contactId: string
  contactName: string | null
  /**
   * `accepted`: its messages say what became of them
   */
  status: 'pending' | 'accepted' | 'refused' | 'cancelled'
  variant: ('A' | 'B') | null
  reason: string | null
  dueAt: string
  doneAt: string | null
  notificationId: string | null
  messages: {
    id: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    status:
      | 'scheduled'
      | 'queued'
      | 'sending'
      | 'sent'
      | 'delivered'
      | 'opened'
      | 'clicked'
      | 'read'
      | 'bounced'
      | 'failed'
      | 'suppressed'
      | 'cancelled'
    reason: string | null
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CatalogueEntry".
 */
export interface CatalogueEntry {
  type: string
  /**
   * The part of the product it belongs to
   */
  pack: string
  audience:
    | 'contact'
    | 'customer'
    | 'client'
    | 'sender'
    | 'professional'
    | 'practitioner'
    | 'lawyer'
    | 'assistant'
    | 'responsible'
    | 'member'
    | 'support'
    | 'operations'
    | 'accounting'
    | 'staff'
    | 'author'
    | 'owner'
    | 'admin'
    | 'platform_admin'
  /**
   * False: your organization switched it off
   */
  enabled: boolean
  /**
   * All of them, or the first that can reach the contact
   */
  channels:
    | {
        all: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
      }
    | {
        firstOf: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
        /**
         * The next one also begins when no report came for so long
         */
        ifNoReportWithinMinutes?: number
      }
  lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  /**
   * What is scheduled leaves so much later, or earlier where it is below 0
   */
  offsetMinutes: number | null
  category: 'tx' | 'rem' | 'mkt' | 'ops'
  /**
   * Security and money: cannot be switched off
   */
  required: boolean
  sample: {
    [k: string]: unknown
  }
  templateKey: string
  /**
   * As the catalogue has it
   */
  byDefault: {
    channels: ChannelPlan
    lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  }
  /**
   * What your organization may choose
   */
  mayBe: {
    off: boolean
    /**
     * Those it has words for
     */
    channels: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
    lanes: ('critical' | 'immediate' | 'scheduled' | 'bulk')[]
    shifted: boolean
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Contact".
 */
export interface Contact {
  id: string
  externalId: string | null
  name: string | null
  email: string | null
  phone: string | null
  whatsappId: string | null
  locale: string | null
  timeZone: string | null
  attributes: {
    [k: string]: unknown
  }
  createdAt: string
  updatedAt: string
  /**
   * When its erasure was asked for: then nothing else is here any more
   */
  erasedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Consent".
 */
export interface Consent {
  id: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * The kind of news; null: everything on this channel
   */
  category: string | null
  address: string
  /**
   * They agreed; or they are a customer who was told that they can refuse
   */
  basis: 'consent' | 'existing_customer'
  /**
   * `requested`: they were asked to confirm it
   */
  state: 'granted' | 'withdrawn' | 'requested'
  /**
   * They wrote it, their carrier said so, they chose or confirmed it; else where the host application has it from
   */
  source:
    | 'inbound'
    | 'carrier'
    | 'one_click'
    | 'preference_page'
    | 'api'
    | 'double_opt_in'
    | 'form'
    | 'paper'
    | 'phone'
    | 'in_person'
    | 'import'
    | 'other'
  /**
   * What they wrote or read, or the carrier’s code
   */
  wording: string | null
  at: string
  /**
   * What the host application gave
   */
  proof: {
    [k: string]: unknown
  } | null
  /**
   * The request that this confirms
   */
  requestId: string | null
  /**
   * The proof: what they wrote
   */
  inboundId: string | null
  /**
   * Or the message that the carrier answered so
   */
  messageId: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ContactExport".
 */
export interface ContactExport {
  id: string
  name: string
  dryRun: boolean
  status: 'waiting' | 'running' | 'done' | 'failed'
  /**
   * What was done, or with `dryRun` would be, by kind
   */
  counts: {
    [k: string]: number
  }
  progress: {
    done: number
    /**
     * Null: not known yet
     */
    total: number | null
  }
  error: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /**
   * Of the file, while it is there
   */
  bytes: number | null
  expiresAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Inbound".
 */
export interface Inbound {
  id: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * Null where the carrier gives its own id of the person only
   */
  from: string | null
  kind:
    | 'text'
    | 'image'
    | 'video'
    | 'audio'
    | 'document'
    | 'sticker'
    | 'location'
    | 'contacts'
    | 'button'
    | 'reaction'
    | 'order'
    | 'system'
    | 'unsupported'
    | 'unknown'
  text: string | null
  files: {
    contentType: string | null
    filename: string | null
  }[]
  /**
   * What its words were taken for
   */
  consent: ('stop' | 'start' | 'help' | 'stop_marketing' | 'start_marketing') | null
  at: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Preferences".
 */
export interface Preferences {
  /**
   * How news of each category are gathered; null: as the organization does it
   */
  digest: {
    tx: ('off' | 'hourly' | 'daily' | 'weekly') | null
    rem: ('off' | 'hourly' | 'daily' | 'weekly') | null
    mkt: ('off' | 'hourly' | 'daily' | 'weekly') | null
    ops: ('off' | 'hourly' | 'daily' | 'weekly') | null
  }
  /**
   * Whether reminders and marketing are wanted by each channel; null: as the organization does it
   */
  channels: {
    rem: {
      email: boolean | null
      sms: boolean | null
      whatsapp: boolean | null
      in_app: boolean | null
    }
    mkt: {
      email: boolean | null
      sms: boolean | null
      whatsapp: boolean | null
      in_app: boolean | null
    }
  }
  /**
   * Nothing but what is critical, transactional or for staff, whatever `channels` says
   */
  optedOut: boolean
  /**
   * Whether its opens and clicks are kept
   */
  measured: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ContactImport".
 */
export interface ContactImport {
  id: string
  name: string
  dryRun: boolean
  status: 'waiting' | 'running' | 'done' | 'failed'
  /**
   * What was done, or with `dryRun` would be, by kind
   */
  counts: {
    [k: string]: number
  }
  progress: {
    done: number
    /**
     * Null: not known yet
     */
    total: number | null
  }
  error: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  segmentId: string | null
  /**
   * Rows that were refused, the first thousand, with their line in the file
   */
  errors: {
    line: number
    message: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "DeadLetter".
 */
export interface DeadLetter {
  /**
   * Of the message
   */
  id: string
  notificationId: string
  contactId: string
  contactName: string | null
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  type: string
  reason: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
  code: string | null
  /**
   * In plain words
   */
  detail: string
  failedAt: string
  attemptCount: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Requeue".
 */
export interface Requeue {
  id: string
  status: 'running' | 'done'
  filter: DeadLetterFilter
  total: number
  requeued: number
  skipped: {
    count: number
    /**
     * `suppressed`, `contact_removed`, `no_longer_dead`; of reminders `subject_begun`, `subject_moved`, `subject_cancelled`
     */
    why: {
      [k: string]: number
    }
  }
  createdAt: string
  finishedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "DeadLetterFilter".
 */
export interface DeadLetterFilter {
  reason?: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
  channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
  type?: string
  /**
   * The carrier’s own
   */
  code?: string
  /**
   * Failed at this moment or later
   */
  from?: string
  /**
   * Failed before this moment
   */
  to?: string
  contactId?: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  messageIds?: string[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "DeliverySettings".
 */
export interface DeliverySettings {
  /**
   * Notifications one contact may be sent in any hour; critical ones pass. Null: no cap
   */
  contactCapPerHour: number | null
  /**
   * The same words to the same contact on the same channel within so many minutes are sent once. Null: no guard
   */
  contentGuardMinutes: number | null
  /**
   * When nobody is disturbed, in the contact’s time zone: by the lanes scheduled and bulk, and by marketing. Null: never quiet
   */
  quietHours: {
    from: string
    to: string
    /**
     * @minItems 1
     */
    channels: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
  } | null
  /**
   * When marketing may go by SMS, in the contact’s time zone. Null: at any time
   */
  smsMarketing: {
    /**
     * @minItems 1
     * @maxItems 7
     */
    days: number[]
    from: string
    /**
     * 00:00 is the end of the day
     */
    to: string
    /**
     * Also on public holidays; only those of France are known
     */
    publicHolidays: boolean
  } | null
  sms: {
    /**
     * SMS are written in GSM-7 where leaving off accents and curls makes that possible: 160 characters to a part instead of 70
     */
    fold: boolean
    /**
     * POST /v1/sms/preview warns of a text that takes more parts than this
     */
    warnAboveSegments: number
  }
  /**
   * Where SMS and WhatsApp may go, by the country of the number. Lane bulk is not counted
   */
  phoneCountries: {
    /**
     * Countries that are not in `own`, but for the organization’s: `watched` holds back what is unusual
     */
    others: 'open' | 'blocked' | 'watched'
    /**
     * Messages to the phones of a watched country in any 24 hours that are never unusual
     */
    perDay: number
    /**
     * So many times what went there on an average day of the last 30 is not unusual either
     */
    timesUsual: number
    /**
     * What was decided about a country, by its two letters (ISO 3166-1; ZZ: numbers of no country)
     */
    own: {
      [k: string]: 'open' | 'blocked' | 'watched'
    }
  }
  lanes: {
    critical: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries: number
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes: number
    }
    immediate: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries: number
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes: number
    }
    scheduled: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries: number
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes: number
    }
    bulk: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries: number
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes: number
    }
  }
  /**
   * Pauses before try 2, 3, …, give or take a quarter; the last one doubles for every further try
   */
  backOffSeconds: {
    /**
     * @minItems 1
     * @maxItems 20
     */
    email: number[]
    /**
     * @minItems 1
     * @maxItems 20
     */
    sms: number[]
    /**
     * @minItems 1
     * @maxItems 20
     */
    whatsapp: number[]
    /**
     * @minItems 1
     * @maxItems 20
     */
    in_app: number[]
    /**
     * On every channel but WhatsApp
     *
     * @minItems 1
     * @maxItems 20
     */
    reminders: number[]
  }
  /**
   * Whether reminders and marketing go by each channel, unless the contact chose otherwise
   */
  preferences: {
    rem: {
      email: boolean
      sms: boolean
      whatsapp: boolean
      in_app: boolean
    }
    mkt: {
      email: boolean
      sms: boolean
      whatsapp: boolean
      in_app: boolean
    }
  }
  /**
   * What marketing needs on record: a consent, or also that the person is a customer who was told they can refuse
   */
  marketingConsent: 'explicit' | 'existing_customers'
  /**
   * Consents that the host application records count once the person has confirmed them by a link
   */
  doubleOptIn: boolean
  /**
   * How news of a category are gathered, unless the contact chose otherwise; critical and required ones never are
   */
  digest: {
    tx: 'off' | 'hourly' | 'daily' | 'weekly'
    rem: 'off' | 'hourly' | 'daily' | 'weekly'
    mkt: 'off' | 'hourly' | 'daily' | 'weekly'
    ops: 'off' | 'hourly' | 'daily' | 'weekly'
  }
  /**
   * What is counted in e-mails: a list of categories, or true for all and false for none
   */
  tracking: {
    /**
     * Whose opening is counted, by a picture of one pixel
     */
    opens: boolean | ('tx' | 'rem' | 'mkt' | 'ops')[]
    /**
     * Whose links lead through this server, which counts them
     */
    clicks: boolean | ('tx' | 'rem' | 'mkt' | 'ops')[]
  }
  /**
   * Names, addresses, words and files of messages older than so many days are taken out; statistics stay
   */
  contentsKeptDays: number
  /**
   * When a daily or weekly digest leaves, in the contact’s time zone
   */
  digestAt: string
  /**
   * Of the weekly digest: 1 is Monday, 7 is Sunday
   */
  digestDay: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "InAppItem".
 */
export interface InAppItem {
  id: string
  title: string
  body: string
  actionUrl: string | null
  createdAt: string
  seenAt: string | null
  readAt: string | null
  archivedAt: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Limits".
 */
export interface Limits {
  /**
   * Requests this process still takes from this organization at once; the RateLimit headers say the same
   */
  api: {
    limit: number
    remaining: number
    /**
     * Until nothing of it is used any more, if nobody comes
     */
    resetSeconds: number
  }
  /**
   * Notifications one contact is sent in any hour; critical ones pass. Null: no cap
   */
  contactCapPerHour: number | null
  accounts: {
    accountId: string
    provider: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    name: string
    /**
     * False: an account of the platform, whose limits its organizations share
     */
    own: boolean
    /**
     * The limit is what may leave at once. Null: as fast as it can
     */
    perSecond: {
      /**
       * Comes back in each second
       */
      rate: number
      limit: number
      used: number
      remaining: number
      /**
       * Until nothing of it is used any more, if nobody comes
       */
      resetSeconds: number
    } | null
    /**
     * In any 24 hours. Null: as many as there are
     */
    perDay: {
      limit: number
      used: number
      remaining: number
      /**
       * Until nothing of it is used any more, if nobody comes
       */
      resetSeconds: number
    } | null
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Member".
 */
export interface Member {
  id: string
  contactId: string
  name: string | null
  email: string | null
  role: string
  createdAt: string
  /**
   * Set: they may not come in, and hear of nothing
   */
  disabledAt: string | null
  /**
   * Whether they sign in with a second factor; told to those who manage members
   */
  secondFactor: boolean | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "MessageItem".
 */
export interface MessageItem {
  id: string
  notificationId: string
  contactId: string
  contactName: string | null
  type: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  status:
    | 'scheduled'
    | 'queued'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'opened'
    | 'clicked'
    | 'read'
    | 'bounced'
    | 'failed'
    | 'suppressed'
    | 'cancelled'
  reason: string | null
  address: string
  provider: string | null
  providerAccountId: string | null
  attemptCount: number
  resendOf: string | null
  /**
   * The message that carried this one, together with others
   */
  digestId: string | null
  dueAt: string
  settledAt: string | null
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Message".
 */
export interface Message {
  id: string
  notificationId: string
  contactId: string
  contactName: string | null
  type: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  status:
    | 'scheduled'
    | 'queued'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'opened'
    | 'clicked'
    | 'read'
    | 'bounced'
    | 'failed'
    | 'suppressed'
    | 'cancelled'
  reason: string | null
  address: string
  provider: string | null
  providerAccountId: string | null
  attemptCount: number
  resendOf: string | null
  /**
   * The message that carried this one, together with others
   */
  digestId: string | null
  dueAt: string
  settledAt: string | null
  createdAt: string
  locale: string
  templateVersionId: string
  content:
    | (
        | {
            subject: string
            html: string
            text: string
          }
        | {
            title: string
            body: string
            actionUrl?: string
          }
        | {
            text: string
            /**
             * WhatsApp: what goes instead of the text when the person has not written in the last 24 hours
             */
            template?: {
              name: string
              language: string
              category?: string
              header?: {
                kind: string
                [k: string]: unknown
              }
              body: string[]
              buttons?: {
                kind: string
                index: number
                value: string
              }[]
              contentSid?: string
            }
            buttons?: {
              kind: string
              [k: string]: unknown
            }
          }
      )
    | null
  reasons: Reason[]
  attachments: {
    filename: string
    contentType: string
    contentId: string | null
    bytes: number
  }[]
  attempts: {
    n: number
    provider: string | null
    providerAccountId: string | null
    outcome: ('sent' | 'refused' | 'uncertain') | null
    errorClass: string | null
    code: string | null
    detail: string | null
    providerMessageId: string | null
    startedAt: string
    settledAt: string | null
  }[]
  timeline: TimelineEntry[]
  /**
   * Null until it has left
   */
  cost: {
    /**
     * Of an SMS
     */
    parts: number | null
    /**
     * Millionths of the currency’s unit; null: no price is known
     */
    micros: number | null
    currency: string | null
    /**
     * By /v1/prices, or the carrier’s own word
     */
    source: ('estimated' | 'reported') | null
  } | null
}
/**
 * Why a channel was taken or left.
 *
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Reason".
 */
export interface Reason {
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  decision: 'chosen' | 'deferred' | 'refused' | 'skipped'
  /**
   * A stable word, such as requested, send_at, quiet_hours, sms_marketing_hours, digest, contact_cap, repeated_content, fallback, or why an address is suppressed
   */
  reason: string
  /**
   * Until when it is deferred, when it was said before, after which channel it begins
   */
  detail?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TimelineEntry".
 */
export interface TimelineEntry {
  id: string
  at: string
  kind: string
  detail: {
    [k: string]: unknown
  } | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Notification".
 */
export interface Notification {
  id: string
  type: string
  category: string
  lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  locale: string
  contactId: string
  contactName: string | null
  eventId: string | null
  payload: {
    [k: string]: unknown
  }
  metadata: {
    [k: string]: unknown
  } | null
  /**
   * Who asked for it; null: the product itself
   */
  by: {
    kind: 'api_key' | 'member' | 'contact' | 'platform_admin'
    id: string
  } | null
  reasons: Reason[]
  /**
   * How far it got on any of its channels
   */
  status:
    | 'scheduled'
    | 'queued'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'opened'
    | 'clicked'
    | 'read'
    | 'bounced'
    | 'failed'
    | 'suppressed'
    | 'cancelled'
  createdAt: string
  messages: {
    id: string
    notificationId: string
    contactId: string
    contactName: string | null
    type: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    lane: 'critical' | 'immediate' | 'scheduled' | 'bulk'
    status:
      | 'scheduled'
      | 'queued'
      | 'sending'
      | 'sent'
      | 'delivered'
      | 'opened'
      | 'clicked'
      | 'read'
      | 'bounced'
      | 'failed'
      | 'suppressed'
      | 'cancelled'
    reason: string | null
    address: string
    provider: string | null
    providerAccountId: string | null
    attemptCount: number
    resendOf: string | null
    /**
     * The message that carried this one, together with others
     */
    digestId: string | null
    dueAt: string
    settledAt: string | null
    createdAt: string
    timeline: TimelineEntry[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PlatformOrganization".
 */
export interface PlatformOrganization {
  id: string
  name: string
  country: string
  demo: boolean
  createdAt: string
  members: number
  sentIn30Days: number
  /**
   * While a support window is open: when it ends
   */
  supportUntil: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "VendorCall".
 */
export interface VendorCall {
  id: string
  provider: string
  accountId: string
  receivedAt: string
  /**
   * How often it was worked through in vain
   */
  tries: number
  /**
   * When it is tried again by itself
   */
  nextAt: string | null
  problem: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Prices".
 */
export interface Prices {
  /**
   * They go first
   */
  own: Price[]
  /**
   * Where an organization has no fitting one of its own
   */
  platform: Price[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Price".
 */
export interface Price {
  provider: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * ISO 3166-1; * for every country without a price of its own
   */
  country: string | '*'
  /**
   * WhatsApp’s kind of conversation; * for any
   */
  category: 'marketing' | 'utility' | 'authentication' | 'service' | '*'
  /**
   * Millionths of the currency’s unit: 45000 is 0.045. For a part of an SMS, else for a message
   */
  micros: number
  currency: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ProviderAccount".
 */
export interface ProviderAccount {
  id: string
  provider: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  name: string
  /**
   * False: the platform’s, used because there is no own account that is enabled
   */
  own: boolean
  position: number
  weight: number
  limits: ProviderAccountLimits
  enabled: boolean
  /**
   * Without secrets. Null: the platform’s, or they can no longer be read and must be given again
   */
  settings: {
    [k: string]: unknown
  } | null
  /**
   * Which secrets are saved: password
   */
  secrets: string[]
  /**
   * Where the provider sends its reports, if it does
   */
  webhookUrl: string | null
  state: {
    breaker: 'closed' | 'half_open' | 'open'
    /**
     * 1 well, towards 0 as it fails or slows; its share shrinks with it
     */
    health: number
    reason: string | null
    openedAt: string | null
    retryAt: string | null
  }
  /**
   * The last time somebody signed in to it without sending; `ok` null: this provider cannot be asked
   */
  lastCheck: {
    at: string
    ok: boolean | null
    detail: string | null
  } | null
  /**
   * When its carrier last called `webhookUrl`, to the minute; null: never
   */
  lastCallAt: string | null
  /**
   * The last call that was not taken, by its carrier or by somebody who is not: a secret that does not fit, say
   */
  lastRefusedCall: {
    at: string
    why: string | null
  } | null
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ProviderAccountLimits".
 */
export interface ProviderAccountLimits {
  /**
   * Messages a second, of all processes together
   */
  perSecond?: number
  /**
   * What may go at once; a second’s worth unless set
   */
  burst?: number
  /**
   * Messages in any 24 hours
   */
  perDay?: number
  /**
   * The pause between two messages to one address
   */
  secondsBetweenToOneAddress?: number
  /**
   * Sends of one process that may be under way
   */
  atOnce?: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CarrierTemplate".
 */
export interface CarrierTemplate {
  /**
   * The carrier’s
   */
  id: string
  name: string
  /**
   * As the carrier writes it: fr, pt_BR
   */
  language: string
  status: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled'
  category: string | null
  /**
   * Why it was rejected or paused
   */
  reason: string | null
  /**
   * Its parts, as the carrier describes them
   */
  components: {
    [k: string]: unknown
  }
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Role".
 */
export interface Role {
  role:
    | 'owner'
    | 'admin'
    | 'operations_manager'
    | 'accounting'
    | 'staff'
    | 'practitioner'
    | 'support'
    | 'lawyer'
    | 'assistant'
  permissions: (
    | 'messages.read'
    | 'messages.send'
    | 'contacts.read'
    | 'contacts.manage'
    | 'campaigns.read'
    | 'campaigns.manage'
    | 'bookings.read'
    | 'bookings.manage'
    | 'bookings.money'
    | 'statistics.read'
    | 'settings.read'
    | 'settings.manage'
    | 'templates.manage'
    | 'providers.manage'
    | 'prices.manage'
    | 'webhooks.manage'
    | 'api_keys.manage'
    | 'members.read'
    | 'members.manage'
    | 'support.manage'
    | 'audit.read'
    | 'data.export'
    | 'data.erase'
  )[]
  /**
   * Decided by the organization; else as the product has it
   */
  custom: boolean
  members: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxInbound".
 */
export interface SandboxInbound {
  id: string
  channel: string
  /**
   * Whose phone or mailbox it was written on
   */
  address: string
  contactId: string | null
  contactName: string | null
  kind: string
  text: string | null
  /**
   * What its words said: STOP withdraws, and nothing more is sent there on this channel
   */
  consent: ('granted' | 'withdrawn') | null
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxMessage".
 */
export interface SandboxMessage {
  id: string
  messageId: string
  channel: string
  address: string
  contactName: string | null
  subject: string | null
  preview: string
  /**
   * All of it; in the list null for an e-mail
   */
  text: string | null
  copies: number
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxMessageDetail".
 */
export interface SandboxMessageDetail {
  id: string
  messageId: string
  channel: string
  address: string
  contactName: string | null
  subject: string | null
  preview: string
  /**
   * All of it; in the list null for an e-mail
   */
  text: string | null
  copies: number
  createdAt: string
  html: string | null
  headers: {
    name: string
    value: string
  }[]
  attachments: {
    index: number
    filename: string | null
    contentType: string
    bytes: number
    contentId: string | null
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Segment".
 */
export interface Segment {
  id: string
  name: string
  filter: SegmentFilter | null
  isList: boolean
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SegmentFound".
 */
export interface SegmentFound {
  id: string
  name: string
  filter: SegmentFilter | null
  isList: boolean
  createdAt: string
  updatedAt: string
  count: number
  /**
   * Some of them
   */
  examples: {
    id: string
    name: string | null
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Session".
 */
export interface Session {
  user: {
    id: string
    name: string
    email: string
  }
  organization: {
    id: string
    name: string
    locale: string
    timeZone: string
    brand: {
      color?: string
      logoUrl?: string
      website?: string
      address?: string
    }
    demo: boolean
  }
  /**
   * Whether they sign in with a second factor
   */
  secondFactor: boolean
  /**
   * `platform_admin` for somebody who looks in through a support window
   */
  role: string
  /**
   * What they may do in this organization
   */
  permissions: (
    | 'messages.read'
    | 'messages.send'
    | 'contacts.read'
    | 'contacts.manage'
    | 'campaigns.read'
    | 'campaigns.manage'
    | 'bookings.read'
    | 'bookings.manage'
    | 'bookings.money'
    | 'statistics.read'
    | 'settings.read'
    | 'settings.manage'
    | 'templates.manage'
    | 'providers.manage'
    | 'prices.manage'
    | 'webhooks.manage'
    | 'api_keys.manage'
    | 'members.read'
    | 'members.manage'
    | 'support.manage'
    | 'audit.read'
    | 'data.export'
    | 'data.erase'
  )[]
  /**
   * Where they may work; `supportUntil`: as the platform’s support, until then
   */
  organizations: {
    id: string
    name: string
    supportUntil: string | null
  }[]
  /**
   * Set while they look in through a support window: when it ends
   */
  supportUntil: string | null
  /**
   * Whether they operate the platform, and may see its queues
   */
  platformAdmin: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "OwnSession".
 */
export interface OwnSession {
  id: string
  /**
   * The one that asks
   */
  current: boolean
  /**
   * As far as it says
   */
  browser: string | null
  system: string | null
  /**
   * Where it began; of an IPv6 address its network
   */
  ip: string | null
  createdAt: string
  /**
   * To five minutes
   */
  lastUsedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatChannels".
 */
export interface StatChannels {
  from: string
  to: string
  items: {
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    /**
     * Taken in, by the hour they were accepted; all others by the hour they left or ended
     */
    accepted: number
    suppressed: number
    cancelled: number
    /**
     * A carrier has them, and has not said since that they failed
     */
    sent: number
    /**
     * Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent
     */
    delivered: number
    /**
     * By people; programs that fetch pictures are in machineOpened
     */
    opened: number
    clicked: number
    bounced: number
    failed: number
    machineOpened: number
    machineClicked: number
    complained: number
    /**
     * Of SMS
     */
    parts: number
    /**
     * Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back
     */
    rates: {
      delivered: number | null
      opened: number | null
      clicked: number | null
      bounced: number | null
      failed: number | null
    }
    /**
     * The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later
     */
    latency: {
      p50Seconds: number | null
      p95Seconds: number | null
    }
    costs: {
      currency: string
      /**
       * Millionths of the currency’s unit
       */
      micros: number
    }[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatCosts".
 */
export interface StatCosts {
  from: string
  to: string
  interval: 'hour' | 'day'
  timeZone: string
  total: {
    currency: string
    /**
     * Millionths of the currency’s unit
     */
    micros: number
  }[]
  /**
   * Messages that left without a price being known: see /v1/prices
   */
  unpriced: number
  items: {
    at: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    provider: string
    currency: string | null
    messages: number
    parts: number
    micros: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatOverview".
 */
export interface StatOverview {
  from: string
  to: string
  interval: 'hour' | 'day'
  /**
   * In which days begin
   */
  timeZone: string
  total: StatCounts
  series: {
    at: string
    /**
     * Taken in, by the hour they were accepted; all others by the hour they left or ended
     */
    accepted: number
    suppressed: number
    cancelled: number
    /**
     * A carrier has them, and has not said since that they failed
     */
    sent: number
    /**
     * Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent
     */
    delivered: number
    /**
     * By people; programs that fetch pictures are in machineOpened
     */
    opened: number
    clicked: number
    bounced: number
    failed: number
    machineOpened: number
    machineClicked: number
    complained: number
    /**
     * Of SMS
     */
    parts: number
    /**
     * Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back
     */
    rates: {
      delivered: number | null
      opened: number | null
      clicked: number | null
      bounced: number | null
      failed: number | null
    }
    /**
     * The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later
     */
    latency: {
      p50Seconds: number | null
      p95Seconds: number | null
    }
    costs: {
      currency: string
      /**
       * Millionths of the currency’s unit
       */
      micros: number
    }[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatCounts".
 */
export interface StatCounts {
  /**
   * Taken in, by the hour they were accepted; all others by the hour they left or ended
   */
  accepted: number
  suppressed: number
  cancelled: number
  /**
   * A carrier has them, and has not said since that they failed
   */
  sent: number
  /**
   * Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent
   */
  delivered: number
  /**
   * By people; programs that fetch pictures are in machineOpened
   */
  opened: number
  clicked: number
  bounced: number
  failed: number
  machineOpened: number
  machineClicked: number
  complained: number
  /**
   * Of SMS
   */
  parts: number
  /**
   * Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back
   */
  rates: {
    delivered: number | null
    opened: number | null
    clicked: number | null
    bounced: number | null
    failed: number | null
  }
  /**
   * The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later
   */
  latency: {
    p50Seconds: number | null
    p95Seconds: number | null
  }
  costs: {
    currency: string
    /**
     * Millionths of the currency’s unit
     */
    micros: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatProviders".
 */
export interface StatProviders {
  from: string
  to: string
  items: {
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    provider: string
    /**
     * Taken in, by the hour they were accepted; all others by the hour they left or ended
     */
    accepted: number
    suppressed: number
    cancelled: number
    /**
     * A carrier has them, and has not said since that they failed
     */
    sent: number
    /**
     * Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent
     */
    delivered: number
    /**
     * By people; programs that fetch pictures are in machineOpened
     */
    opened: number
    clicked: number
    bounced: number
    failed: number
    machineOpened: number
    machineClicked: number
    complained: number
    /**
     * Of SMS
     */
    parts: number
    /**
     * Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back
     */
    rates: {
      delivered: number | null
      opened: number | null
      clicked: number | null
      bounced: number | null
      failed: number | null
    }
    /**
     * The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later
     */
    latency: {
      p50Seconds: number | null
      p95Seconds: number | null
    }
    costs: {
      currency: string
      /**
       * Millionths of the currency’s unit
       */
      micros: number
    }[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "StatTemplates".
 */
export interface StatTemplates {
  from: string
  to: string
  items: {
    templateVersionId: string
    key: string | null
    locale: string | null
    number: number | null
    builtIn: boolean | null
    type: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    /**
     * Taken in, by the hour they were accepted; all others by the hour they left or ended
     */
    accepted: number
    suppressed: number
    cancelled: number
    /**
     * A carrier has them, and has not said since that they failed
     */
    sent: number
    /**
     * Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent
     */
    delivered: number
    /**
     * By people; programs that fetch pictures are in machineOpened
     */
    opened: number
    clicked: number
    bounced: number
    failed: number
    machineOpened: number
    machineClicked: number
    complained: number
    /**
     * Of SMS
     */
    parts: number
    /**
     * Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back
     */
    rates: {
      delivered: number | null
      opened: number | null
      clicked: number | null
      bounced: number | null
      failed: number | null
    }
    /**
     * The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later
     */
    latency: {
      p50Seconds: number | null
      p95Seconds: number | null
    }
    costs: {
      currency: string
      /**
       * Millionths of the currency’s unit
       */
      micros: number
    }[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Suppression".
 */
export interface Suppression {
  id: string
  channel: 'email' | 'sms' | 'whatsapp'
  /**
   * Null when its person was erased: a keyed hash of it is kept
   */
  address: string | null
  erased: boolean
  reason: 'opted_out' | 'manual' | 'invalid_address' | 'hard_bounce' | 'complaint'
  note: string | null
  /**
   * The message that showed it
   */
  messageId: string | null
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SuppressionImport".
 */
export interface SuppressionImport {
  id: string
  name: string
  dryRun: boolean
  status: 'waiting' | 'running' | 'done' | 'failed'
  /**
   * What was done, or with `dryRun` would be, by kind
   */
  counts: {
    [k: string]: number
  }
  progress: {
    done: number
    /**
     * Null: not known yet
     */
    total: number | null
  }
  error: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /**
   * Rows that were refused, the first thousand: the line of the file, or the place in the list
   */
  errors: {
    line: number
    message: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplateItem".
 */
export interface TemplateItem {
  key: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * A language tag: fr, fr-CA
   */
  locale: string
  /**
   * The event of the catalogue it is for
   */
  type: string
  pack: string
  audiences: string[]
  category: 'tx' | 'rem' | 'mkt' | 'ops'
  required: boolean
  /**
   * Whose words are live in this language; none: other languages stand in
   */
  state: 'own' | 'built_in' | 'none'
  /**
   * The built-in words have changed since the live ones were made from them
   */
  builtInChanged: boolean
  live: {
    id: string
    number: number
    publishedAt: string
  } | null
  draft: {
    revision: number
    updatedAt: string
  } | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Template".
 */
export interface Template {
  key: string
  channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
  /**
   * A language tag: fr, fr-CA
   */
  locale: string
  /**
   * The event of the catalogue it is for
   */
  type: string
  pack: string
  audiences: string[]
  category: 'tx' | 'rem' | 'mkt' | 'ops'
  required: boolean
  /**
   * Whose words are live in this language; none: other languages stand in
   */
  state: 'own' | 'built_in' | 'none'
  /**
   * The built-in words have changed since the live ones were made from them
   */
  builtInChanged: boolean
  live: TemplateVersion | null
  /**
   * The built-in words as they are now
   */
  builtIn: TemplateVersion | null
  draft: {
    /**
     * E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}
     */
    source: {
      [k: string]: unknown
    }
    updatedAt: string
  } | null
  /**
   * What a draft is saved over; goes on when one was published or thrown away
   */
  draftRevision: number
  /**
   * What a contact with this language is sent now
   */
  used: {
    versionId: string
    locale: string
  } | null
  /**
   * What the words may name; inside a list as items[].label
   */
  variables: string[]
  sample: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplateVersion".
 */
export interface TemplateVersion {
  id: string
  /**
   * Counts from 1, in each language; never given twice
   */
  number: number
  publishedAt: string
  builtIn: boolean
  live: boolean
  /**
   * When another one took its place
   */
  liveUntil: string | null
  /**
   * The earlier version whose words it brought back
   */
  restores: string | null
  /**
   * The built-in version that was live when it was published
   */
  builtInVersionId: string | null
  /**
   * E-mail: subject, preheader, body (MJML), text, layout. SMS: text. WhatsApp: text, template, buttons. In-app: title, body, actionUrl. Every text may hold {{values}}
   */
  source: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplateDiff".
 */
export interface TemplateDiff {
  fields: {
    field: string
    changed: boolean
    lines: {
      kind: 'same' | 'added' | 'removed'
      text: string
    }[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplateVersionItem".
 */
export interface TemplateVersionItem {
  id: string
  /**
   * Counts from 1, in each language; never given twice
   */
  number: number
  publishedAt: string
  builtIn: boolean
  live: boolean
  /**
   * When another one took its place
   */
  liveUntil: string | null
  /**
   * The earlier version whose words it brought back
   */
  restores: string | null
  /**
   * The built-in version that was live when it was published
   */
  builtInVersionId: string | null
  /**
   * Of this organization, of 25 months, without tests. Null for those who may not see numbers
   */
  statistics: TemplateVersionNumbers | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplateVersionNumbers".
 */
export interface TemplateVersionNumbers {
  accepted: number
  sent: number
  delivered: number
  opened: number
  clicked: number
  bounced: number
  failed: number
  rates: {
    delivered: number | null
    opened: number | null
    clicked: number | null
    bounced: number | null
    failed: number | null
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "WebhookEndpoint".
 */
export interface WebhookEndpoint {
  id: string
  url: string
  description: string | null
  events: string[]
  enabled: boolean
  /**
   * Why it was switched off by itself: nothing was taken for five days, or the endpoint answered 410
   */
  disabledReason: ('failing' | 'gone') | null
  /**
   * Since when nothing has been taken
   */
  failingSince: string | null
  createdAt: string
  updatedAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "WebhookDelivery".
 */
export interface WebhookDelivery {
  /**
   * The webhook-id: the same for every try
   */
  id: string
  endpointId: string
  type: string
  /**
   * As it is signed and sent
   */
  body: string
  status: 'waiting' | 'delivered' | 'failed'
  nextTryAt: string | null
  /**
   * The last twenty
   */
  tries: {
    at: string
    /**
     * Of the answer; null: there was none
     */
    status: number | null
    /**
     * Why there was none
     */
    error: string | null
    ms: number
  }[]
  createdAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "AlertRuleChange".
 */
export interface AlertRuleChange {
  enabled?: boolean | null
  percent?: number | null
  atLeast?: number | null
  /**
   * Of `queue`: by lane
   */
  minutes?:
    | (
        | number
        | {
            critical?: number | null
            immediate?: number | null
            scheduled?: number | null
            bulk?: number | null
          }
      )
    | null
  perHour?: number | null
  perDay?: number | null
  perMonth?: number | null
  stop?: boolean | null
  currency?: string | null
  waiting?: number | null
  hours?: number | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SellerPatch".
 */
export interface SellerPatch {
  legalName?: string | null
  tradingName?: string | null
  legalForm?: string | null
  register?: string | null
  address?: {
    /**
     * Street and number, building, …
     *
     * @minItems 1
     * @maxItems 3
     */
    lines: string[]
    postalCode: string
    city: string
    country: string
  } | null
  siren?: string | null
  siret?: string | null
  vatId?: string | null
  vatScheme?: ('standard' | 'franchise') | null
  vatOnDebits?: boolean | null
  email?: string | null
  phone?: string | null
  website?: string | null
  iban?: string | null
  bic?: string | null
  latePenalty?: string | null
  earlyDiscount?: string | null
  insurance?: string | null
  electronicAddress?: {
    scheme: string
    id: string
  } | null
  /**
   * A PNG or JPEG up to 500 kB, as base64
   */
  logo?: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingSettingsChange".
 */
export interface BookingSettingsChange {
  currency?: string
  quoteValidHours?: number
  radiusKm?: number
  widenedRadiusKm?: number
  answerHours?: number
  urgentHours?: number
  urgentAnswerHours?: number
  fallback?: {
    latitude: number
    longitude: number
  } | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CampaignChange".
 */
export interface CampaignChange {
  name?: string
  /**
   * Null: every contact
   */
  segmentId?: string | null
  /**
   * Of the catalogue, in the category mkt
   */
  type?: string
  channels?: ('email' | 'sms' | 'whatsapp' | 'in_app')[] | FallbackChain
  /**
   * Null: when it is started
   */
  startAt?: string | null
  /**
   * Instead: this time where each recipient is
   */
  startLocal?: string | null
  /**
   * Null: as fast as carriers take it
   */
  throttle?: {
    count: number
    per: 'minute' | 'hour'
  } | null
  /**
   * With two variants: which of them the others are sent
   */
  trial?: {
    /**
     * Of a hundred recipients, how many are written to first: half of them each
     */
    share: number
    /**
     * By its share of what was sent and did not come back; A where neither is better
     */
    metric: 'opened' | 'clicked'
    /**
     * From when the last of them was written to
     */
    hours: number
  } | null
  /**
   * @minItems 1
   * @maxItems 2
   */
  variants?: {
    /**
     * `{{name}}` and `{{attribute|otherwise}}` in its texts stand for what is known of each recipient
     */
    payload: {
      [k: string]: unknown
    }
    /**
     * Published versions of the template, each for its channel and language, instead of those that are live
     *
     * @maxItems 20
     */
    versionIds?: string[]
  }[]
}
/**
 * One message, on the first channel that can reach the contact; the next one begins when it fails.
 *
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "FallbackChain".
 */
export interface FallbackChain {
  /**
   * @minItems 1
   */
  firstOf: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
  /**
   * The next one also begins when, so long after one was sent, nobody has reported what became of it
   */
  ifNoReportWithinMinutes?: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ContactDraft".
 */
export interface ContactDraft {
  /**
   * Your own id of this person; unique
   */
  externalId?: string | null
  name?: string | null
  email?: string | null
  /**
   * E.164, or as it is dialled in the organization’s country
   */
  phone?: string | null
  /**
   * WhatsApp’s own id of the person, for those who show no number
   */
  whatsappId?: string | null
  locale?: string | null
  timeZone?: string | null
  attributes?: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PreferencesPatch".
 */
export interface PreferencesPatch {
  digest?: {
    tx?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    rem?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    mkt?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    ops?: ('off' | 'hourly' | 'daily' | 'weekly') | null
  }
  channels?: {
    rem?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    }
    mkt?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    }
  }
  optedOut?: boolean
  measured?: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "DeliverySettingsPatch".
 */
export interface DeliverySettingsPatch {
  /**
   * Notifications one contact may be sent in any hour; critical ones pass. Null: no cap
   */
  contactCapPerHour?: number | null
  /**
   * The same words to the same contact on the same channel within so many minutes are sent once. Null: no guard
   */
  contentGuardMinutes?: number | null
  /**
   * When nobody is disturbed, in the contact’s time zone: by the lanes scheduled and bulk, and by marketing. Null: never quiet
   */
  quietHours?: {
    from?: string | null
    to?: string | null
    channels?: ('email' | 'sms' | 'whatsapp' | 'in_app')[] | null
  } | null
  /**
   * When marketing may go by SMS, in the contact’s time zone. Null: at any time
   */
  smsMarketing?: {
    days?: number[] | null
    from?: string | null
    /**
     * 00:00 is the end of the day
     */
    to?: string | null
    /**
     * Also on public holidays; only those of France are known
     */
    publicHolidays?: boolean | null
  } | null
  sms?: {
    /**
     * SMS are written in GSM-7 where leaving off accents and curls makes that possible: 160 characters to a part instead of 70
     */
    fold?: boolean | null
    /**
     * POST /v1/sms/preview warns of a text that takes more parts than this
     */
    warnAboveSegments?: number | null
  } | null
  /**
   * Where SMS and WhatsApp may go, by the country of the number. Lane bulk is not counted
   */
  phoneCountries?: {
    /**
     * Countries that are not in `own`, but for the organization’s: `watched` holds back what is unusual
     */
    others?: ('open' | 'blocked' | 'watched') | null
    /**
     * Messages to the phones of a watched country in any 24 hours that are never unusual
     */
    perDay?: number | null
    /**
     * So many times what went there on an average day of the last 30 is not unusual either
     */
    timesUsual?: number | null
    /**
     * What was decided about a country, by its two letters (ISO 3166-1; ZZ: numbers of no country)
     */
    own?: {
      [k: string]: 'open' | 'blocked' | 'watched' | null
    } | null
  } | null
  lanes?: {
    critical?: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries?: number | null
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes?: number | null
    } | null
    immediate?: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries?: number | null
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes?: number | null
    } | null
    scheduled?: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries?: number | null
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes?: number | null
    } | null
    bulk?: {
      /**
       * Tries that may fail by the carrier’s doing before the message fails
       */
      tries?: number | null
      /**
       * From the time it is due; past it the message fails with its history
       */
      deadlineMinutes?: number | null
    } | null
  } | null
  /**
   * Pauses before try 2, 3, …, give or take a quarter; the last one doubles for every further try
   */
  backOffSeconds?: {
    email?: number[] | null
    sms?: number[] | null
    whatsapp?: number[] | null
    in_app?: number[] | null
    /**
     * On every channel but WhatsApp
     */
    reminders?: number[] | null
  } | null
  /**
   * Whether reminders and marketing go by each channel, unless the contact chose otherwise
   */
  preferences?: {
    rem?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    } | null
    mkt?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    } | null
  } | null
  /**
   * What marketing needs on record: a consent, or also that the person is a customer who was told they can refuse
   */
  marketingConsent?: ('explicit' | 'existing_customers') | null
  /**
   * Consents that the host application records count once the person has confirmed them by a link
   */
  doubleOptIn?: boolean | null
  /**
   * How news of a category are gathered, unless the contact chose otherwise; critical and required ones never are
   */
  digest?: {
    tx?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    rem?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    mkt?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    ops?: ('off' | 'hourly' | 'daily' | 'weekly') | null
  } | null
  /**
   * What is counted in e-mails: a list of categories, or true for all and false for none
   */
  tracking?: {
    /**
     * Whose opening is counted, by a picture of one pixel
     */
    opens?: (boolean | ('tx' | 'rem' | 'mkt' | 'ops')[]) | null
    /**
     * Whose links lead through this server, which counts them
     */
    clicks?: (boolean | ('tx' | 'rem' | 'mkt' | 'ops')[]) | null
  } | null
  /**
   * Names, addresses, words and files of messages older than so many days are taken out; statistics stay
   */
  contentsKeptDays?: number | null
  /**
   * When a daily or weekly digest leaves, in the contact’s time zone
   */
  digestAt?: string | null
  /**
   * Of the weekly digest: 1 is Monday, 7 is Sunday
   */
  digestDay?: number | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ProviderAccountLimitChange".
 */
export interface ProviderAccountLimitChange {
  perSecond?: number | null
  burst?: number | null
  perDay?: number | null
  secondsBetweenToOneAddress?: number | null
  atOnce?: number | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SegmentChange".
 */
export interface SegmentChange {
  name?: string
  filter?: SegmentFilterInput
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewApiKey".
 */
export interface NewApiKey {
  id: string
  name: string
  /**
   * The first characters, to recognise it by
   */
  prefix: string
  scopes: ('send' | 'read' | 'manage')[]
  createdAt: string
  expiresAt: string | null
  /**
   * To the minute
   */
  lastUsedAt: string | null
  revokedAt: string | null
  key: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewProfessional".
 */
export interface NewProfessional {
  company: string
  /**
   * Looked up where there are no coordinates
   */
  address?: string
  /**
   * Without them nothing is near: they are asked for no mission
   */
  coordinates?: {
    latitude: number
    longitude: number
  } | null
  /**
   * How far they go; as far as the organization asks by default
   */
  radiusKm?: number | null
  /**
   * Keys of service types
   *
   * @maxItems 50
   */
  skills: string[]
  /**
   * Is never asked
   */
  blacklisted?: boolean
  /**
   * Is not asked while this is false
   */
  available?: boolean
  name?: string
  email: string
  phone?: string
  locale?: 'fr' | 'en'
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewQuote".
 */
export interface NewQuote {
  /**
   * The key of a service type
   */
  service: string
  /**
   * What the service’s price rules ask for
   */
  inputs?: {
    [k: string]: number | boolean
  }
  insurance?: boolean
  address: BookingAddress
  /**
   * Of the address, where you know them; looked up otherwise
   */
  coordinates?: {
    latitude: number
    longitude: number
  }
  /**
   * When the service is to begin
   */
  wishedAt: string
  /**
   * Of the place; the organization’s by default
   */
  timeZone?: string
  customer?: BookingCustomer
  notes?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingAddress".
 */
export interface BookingAddress {
  line: string
  postalCode: string
  city: string
}
/**
 * With an e-mail address the quote is sent there
 */
export interface BookingCustomer {
  name?: string
  email?: string
  phone?: string
  locale?: 'fr' | 'en'
  company?: BookingCompany1
  billingAddress?: BillingAddress1
}
/**
 * Is invoiced in place of the person; needs a billing address
 */
export interface BookingCompany1 {
  name: string
  /**
   * Of a French company
   */
  siren?: string
  /**
   * The number it is registered under elsewhere
   */
  registration?: string
  vatId?: string
}
/**
 * Where the invoice is for; the place of work unless given
 */
export interface BillingAddress1 {
  line: string
  postalCode: string
  city: string
  country: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "BookingCustomer".
 */
export interface BookingCustomer1 {
  name?: string
  email?: string
  phone?: string
  locale?: 'fr' | 'en'
  company?: BookingCompany1
  billingAddress?: BillingAddress1
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Checkout".
 */
export interface Checkout {
  /**
   * Where the visitor pays
   */
  checkoutUrl: string
  sessionId: string
  /**
   * In minor units
   */
  amount: number
  currency: string
  expiresAt: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "QuotePrice".
 */
export interface QuotePrice {
  /**
   * In minor units
   */
  amount: number
  currency: string
  lines: {
    label: string
    amount: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewServiceType".
 */
export interface NewServiceType {
  /**
   * Stays as it is
   */
  key: string
  label: {
    fr: string
    en: string
  }
  pricing: Pricing
  /**
   * Members who are told of every booking of it
   *
   * @maxItems 50
   */
  responsibleIds?: string[]
  /**
   * What whoever does it earns, in hundredths of the price; null: nothing is said about it
   */
  professionalShare?: number | null
  /**
   * VAT in its price, in percent; 0: exempt, for the reason in `vatExemption`; null: what the seller’s scheme comes to (20 in France, none in the franchise)
   */
  vatRate?: number | null
  /**
   * With a rate of 0, and only then: why there is no VAT, as invoices say it (BT-120, BT-121)
   */
  vatExemption?: VatExemption | null
  /**
   * Whether it can be ordered
   */
  enabled?: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewCampaign".
 */
export interface NewCampaign {
  name: string
  /**
   * Null: every contact
   */
  segmentId?: string | null
  /**
   * Of the catalogue, in the category mkt
   */
  type?: string
  channels: ('email' | 'sms' | 'whatsapp' | 'in_app')[] | FallbackChain
  /**
   * Null: when it is started
   */
  startAt?: string | null
  /**
   * Instead: this time where each recipient is
   */
  startLocal?: string | null
  /**
   * Null: as fast as carriers take it
   */
  throttle?: {
    count: number
    per: 'minute' | 'hour'
  } | null
  /**
   * With two variants: which of them the others are sent
   */
  trial?: {
    /**
     * Of a hundred recipients, how many are written to first: half of them each
     */
    share: number
    /**
     * By its share of what was sent and did not come back; A where neither is better
     */
    metric: 'opened' | 'clicked'
    /**
     * From when the last of them was written to
     */
    hours: number
  } | null
  /**
   * @minItems 1
   * @maxItems 2
   */
  variants: {
    /**
     * `{{name}}` and `{{attribute|otherwise}}` in its texts stand for what is known of each recipient
     */
    payload: {
      [k: string]: unknown
    }
    /**
     * Published versions of the template, each for its channel and language, instead of those that are live
     *
     * @maxItems 20
     */
    versionIds?: string[]
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "CampaignEstimate".
 */
export interface CampaignEstimate {
  recipients: number
  duplicates: number
  /**
   * Who would be sent something
   */
  reachable: number
  /**
   * Of those, who would wait for their hours or their digest
   */
  deferred: number
  /**
   * The others, by reason
   */
  refusals: {
    [k: string]: number
  }
  channels: {
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    messages: number
    /**
     * Of SMS
     */
    parts: number
  }[]
  /**
   * By the prices that are written down; empty where none is
   */
  cost: {
    currency: string
    /**
     * Millionths of its unit
     */
    micros: number
  }[]
  /**
   * False: a part of them was looked at and stands for the others
   */
  exact: boolean
  lookedAt: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewConsent".
 */
export interface NewConsent {
  channel: 'email' | 'sms' | 'whatsapp'
  /**
   * `requested`: the contact is asked to confirm it first
   */
  state?: 'granted' | 'withdrawn' | 'requested'
  basis?: 'consent' | 'existing_customer'
  /**
   * Where you have it from
   */
  source: 'form' | 'paper' | 'phone' | 'in_person' | 'import' | 'other'
  /**
   * What the contact read when agreeing, or said
   */
  wording: string
  /**
   * When; now unless given
   */
  at?: string
  /**
   * Whatever shows it later: the form’s id, an IP address, a document’s reference
   */
  proof?: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ErasePreview".
 */
export interface ErasePreview {
  dryRun: true
  counts: {
    [k: string]: number
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ContactImportPreview".
 */
export interface ContactImportPreview {
  encoding: 'utf-8' | 'windows-1252' | 'utf-16le'
  /**
   * False: the first row is a person already, and columns are called 1, 2, …
   */
  hasNames: boolean
  columns: {
    name: string
    target: string
    samples: string[]
  }[]
  rows: number
  errors: {
    line: number
    message: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "RequeueRequest".
 */
export interface RequeueRequest {
  filter: DeadLetterFilter
  /**
   * Only says what would be taken
   */
  dryRun?: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "RequeuePreview".
 */
export interface RequeuePreview {
  count: number
  byReason: {
    reason: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
    count: number
  }[]
  /**
   * Letters that match but may have arrived; taken only when the filter names the reason `uncertain` or the messages
   */
  leftOut: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "EventRequest".
 */
export interface EventRequest {
  type: string
  payload?: {
    [k: string]: unknown
  }
  /**
   * Who did it; kept with the event
   */
  actor?: {
    [k: string]: unknown
  }
  /**
   * Who each audience is; those of the business are found by role when left out
   */
  audience?: {
    [k: string]: Recipient | Recipient[]
  }
  /**
   * 20 MB in all for each audience
   *
   * @maxItems 50
   */
  attachments?: EventAttachment[]
  dedupeKey?: string
  /**
   * Ids of the contacts it is about, besides those who hear of it: erasing one of them empties what the others were told
   *
   * @maxItems 20
   */
  about?: string[]
  /**
   * Tell it even though the same words went to the same contact minutes ago
   */
  allowRepeat?: boolean
}
/**
 * A contactId, or an externalId, or an e-mail address and/or phone number (found or created). A phone number goes before that of the contact, for this notification.
 *
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Recipient".
 */
export interface Recipient {
  contactId?: string
  externalId?: string
  email?: string
  phone?: string
  name?: string
  locale?: string
  timeZone?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "EventAttachment".
 */
export interface EventAttachment {
  filename: string
  contentType: string
  /**
   * base64; or else a storageKey
   */
  content?: string
  /**
   * Instead of the content: a file of the organization that is stored already
   */
  storageKey?: string
  /**
   * Makes it an inline image, named in the HTML as cid:…
   */
  contentId?: string
  /**
   * The audiences it goes to; left out: everyone
   *
   * @minItems 1
   */
  for?: (
    | 'contact'
    | 'customer'
    | 'client'
    | 'sender'
    | 'professional'
    | 'practitioner'
    | 'lawyer'
    | 'assistant'
    | 'responsible'
    | 'member'
    | 'support'
    | 'operations'
    | 'accounting'
    | 'staff'
    | 'author'
    | 'owner'
    | 'admin'
    | 'platform_admin'
  )[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "OpenedInvitation".
 */
export interface OpenedInvitation {
  organization: string
  email: string
  role: string
  invitedBy: string
  /**
   * They accept signed in; else they choose a name and a password
   */
  hasSignIn: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NotificationRequest".
 */
export interface NotificationRequest {
  type: string
  /**
   * Whose version of the type, where the catalogue has several
   */
  audience?:
    | 'contact'
    | 'customer'
    | 'client'
    | 'sender'
    | 'professional'
    | 'practitioner'
    | 'lawyer'
    | 'assistant'
    | 'responsible'
    | 'member'
    | 'support'
    | 'operations'
    | 'accounting'
    | 'staff'
    | 'author'
    | 'owner'
    | 'admin'
    | 'platform_admin'
  to: Recipient
  payload?: {
    [k: string]: unknown
  }
  /**
   * All of a list; or, as a chain, the first that can be used
   */
  channels?: ('email' | 'sms' | 'whatsapp' | 'in_app')[] | FallbackChain
  lane?: 'critical' | 'immediate' | 'scheduled' | 'bulk'
  /**
   * In the past: sent now. At most five years ahead.
   */
  sendAt?: string | null
  /**
   * The same key, type and contact within 24 h gives the first answer again
   */
  dedupeKey?: string
  /**
   * Send it even though the same words went to the same contact minutes ago
   */
  allowRepeat?: boolean
  locale?: string
  /**
   * 20 MB in all
   *
   * @maxItems 50
   */
  attachments?: Attachment[]
  metadata?: {
    [k: string]: unknown
  }
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Attachment".
 */
export interface Attachment {
  filename: string
  contentType: string
  /**
   * base64; or else a storageKey
   */
  content?: string
  /**
   * Instead of the content: a file of the organization that is stored already
   */
  storageKey?: string
  /**
   * Makes it an inline image, named in the HTML as cid:…
   */
  contentId?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Accepted".
 */
export interface Accepted {
  id: string
  status: 'accepted'
  duplicate: boolean
  messages: {
    id: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    status: 'scheduled' | 'queued' | 'suppressed'
    /**
     * Why it waits, or will not go
     */
    reason?: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
  /**
   * A name for this kind of problem
   */
  type: string
  title: string
  status: number
  code:
    | 'bad_request'
    | 'invalid_json'
    | 'invalid_cursor'
    | 'unauthenticated'
    | 'forbidden'
    | 'not_found'
    | 'method_not_allowed'
    | 'conflict'
    | 'contact_erased'
    | 'already_settled'
    | 'idempotency_key_reused'
    | 'payload_too_large'
    | 'unsupported_media_type'
    | 'validation_failed'
    | 'unknown_type'
    | 'unreachable'
    | 'nobody_to_reach'
    | 'weak_password'
    | 'invalid_address'
    | 'attachment_invalid'
    | 'attachments_too_large'
    | 'batch_too_large'
    | 'template_invalid'
    | 'rate_limited'
    | 'internal'
    | 'unavailable'
  detail: string
  /**
   * Also in the x-request-id header, and in the server’s log
   */
  requestId?: string
  errors?: {
    path: string
    message: string
    /**
     * What it breaks, where that is a usual rule: for programs that say it in words of their own
     */
    rule?:
      | 'required'
      | 'min'
      | 'max'
      | 'min_length'
      | 'max_length'
      | 'whole'
      | 'number'
      | 'email'
      | 'url'
      | 'date'
      | 'unknown'
    /**
     * Of `min`, `max`, `min_length` and `max_length`
     */
    limit?: number
    /**
     * Of a longer text, from 1
     */
    line?: number
    column?: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "ProviderAccountTest".
 */
export interface ProviderAccountTest {
  /**
   * Null: this provider cannot be tested without sending
   */
  ok: boolean | null
  /**
   * What the provider said against it
   */
  detail: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SandboxAnswer".
 */
export interface SandboxAnswer {
  channel: 'email' | 'sms' | 'whatsapp'
  /**
   * The address that a message reached, as the sandbox shows it
   */
  from: string
  name?: string
  kind?: 'text' | 'image' | 'document' | 'audio'
  text?: string
  /**
   * @maxItems 10
   */
  media?: {
    reference: string
    contentType?: string
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewSegment".
 */
export interface NewSegment {
  name: string
  /**
   * Null: a list, on which contacts are put
   */
  filter?: SegmentFilterInput | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SmsPreview".
 */
export interface SmsPreview {
  encoding: 'GSM-7' | 'UCS-2'
  /**
   * How many SMS the carrier sends and bills
   */
  segments: number
  /**
   * Septets in GSM-7 (€ ^ { } [ ] ~ \ | take two), UTF-16 units in UCS-2
   */
  units: number
  /**
   * Without the accents and curls that GSM-7 lacks; the text itself where that does not make it GSM-7
   */
  folded: {
    text: string
    encoding: 'GSM-7' | 'UCS-2'
    /**
     * How many SMS the carrier sends and bills
     */
    segments: number
    /**
     * Septets in GSM-7 (€ ^ { } [ ] ~ \ | take two), UTF-16 units in UCS-2
     */
    units: number
  }
  /**
   * The characters that are not in GSM-7
   */
  forcesUcs2: {
    character: string
    /**
     * In UTF-16 units from 0, as JavaScript indexes strings
     */
    positions: number[]
  }[]
  /**
   * Whether it would be sent as folded
   */
  fold: boolean
  /**
   * Set when what would be sent takes more parts than sms.warnAboveSegments
   */
  warning: string | null
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewSuppression".
 */
export interface NewSuppression {
  channel: 'email' | 'sms' | 'whatsapp'
  address: string
  reason?: 'opted_out' | 'manual' | 'invalid_address' | 'hard_bounce' | 'complaint'
  note?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SuppressionImportRequest".
 */
export interface SuppressionImportRequest {
  /**
   * @minItems 1
   * @maxItems 100000
   */
  rows?: SuppressionRow[]
  /**
   * Or the body itself, as text/csv: address, and optionally channel, reason, note
   */
  file?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "SuppressionRow".
 */
export interface SuppressionRow {
  /**
   * By default what the address looks like: e-mail or SMS
   */
  channel?: 'email' | 'sms' | 'whatsapp'
  address: string
  reason?: 'opted_out' | 'manual' | 'invalid_address' | 'hard_bounce' | 'complaint'
  note?: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "TemplatePreview".
 */
export interface TemplatePreview {
  /**
   * Null while there are faults
   */
  content:
    | (
        | {
            channel: 'email'
            subject: string
            html: string
            text: string
          }
        | {
            channel: 'sms'
            text: string
          }
        | {
            channel: 'whatsapp'
            text: string
            /**
             * WhatsApp: what goes instead of the text when the person has not written in the last 24 hours
             */
            template?: {
              name: string
              language: string
              category?: string
              header?: {
                kind: string
                [k: string]: unknown
              }
              body: string[]
              buttons?: {
                kind: string
                index: number
                value: string
              }[]
              contentSid?: string
            }
            buttons?: {
              kind: string
              [k: string]: unknown
            }
          }
        | {
            channel: 'in_app'
            title: string
            body: string
            actionUrl?: string
          }
      )
    | null
  preheader: string | null
  /**
   * What the text comes to, as it would be sent
   */
  sms: {
    encoding: 'GSM-7' | 'UCS-2'
    segments: number
    units: number
    costClass: 'one_part' | 'several_parts'
  } | null
  /**
   * What keeps it from being published
   */
  faults: {
    path: string
    message: string
    line?: number
    column?: number
  }[]
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PublishedTemplateVersion".
 */
export interface PublishedTemplateVersion {
  versionId: string
  number: number
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "WebhookEndpointWithSecret".
 */
export interface WebhookEndpointWithSecret {
  id: string
  url: string
  description: string | null
  events: string[]
  enabled: boolean
  /**
   * Why it was switched off by itself: nothing was taken for five days, or the endpoint answered 410
   */
  disabledReason: ('failing' | 'gone') | null
  /**
   * Since when nothing has been taken
   */
  failingSince: string | null
  createdAt: string
  updatedAt: string
  /**
   * What signatures are checked with. Shown now and never again
   */
  secret: string
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "PreferencesPut".
 */
export interface PreferencesPut {
  digest?: {
    tx?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    rem?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    mkt?: ('off' | 'hourly' | 'daily' | 'weekly') | null
    ops?: ('off' | 'hourly' | 'daily' | 'weekly') | null
  }
  channels?: {
    rem?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    }
    mkt?: {
      email?: boolean | null
      sms?: boolean | null
      whatsapp?: boolean | null
      in_app?: boolean | null
    }
  }
  optedOut?: boolean
  measured?: boolean
}
/**
 * This interface was referenced by `Operations`'s JSON-Schema
 * via the `definition` "NewReminderPlan".
 */
export interface NewReminderPlan {
  /**
   * When the subject begins
   */
  at: string
  /**
   * IANA: whole days and times of day are counted in it. By default the contact’s, else the organization’s
   */
  timeZone?: string
  to: Recipient
  payload?: {
    [k: string]: unknown
  }
  /**
   * Ids of the contacts it is about, besides the one who is reminded: erasing one of them ends these reminders, and empties those that left
   *
   * @maxItems 20
   */
  about?: string[]
  /**
   * @minItems 1
   * @maxItems 20
   */
  reminders: {
    /**
     * `-PT24H`: so much time before. `-P7D`: whole days before, at the same local time. `day before at 18:00`, `3 days before at 18:00`, `04:00 on the day`: by the clock
     */
    offset: string
    type: string
    audience?:
      | 'contact'
      | 'customer'
      | 'client'
      | 'sender'
      | 'professional'
      | 'practitioner'
      | 'lawyer'
      | 'assistant'
      | 'responsible'
      | 'member'
      | 'support'
      | 'operations'
      | 'accounting'
      | 'staff'
      | 'author'
      | 'owner'
      | 'admin'
      | 'platform_admin'
    /**
     * @minItems 1
     * @maxItems 4
     */
    channels?: ('email' | 'sms' | 'whatsapp' | 'in_app')[]
    /**
     * Instead of the plan’s
     */
    payload?: {
      [k: string]: unknown
    }
  }[]
}
