/** What a key's parameter may be. Numbers and the text of the same number give the same key. */
export type KeyValue = string | number | bigint | boolean

type RequiredText<Template extends string> = Template extends `${infer Before}[${string}` ? Before : Template
type OptionalText<Template extends string> = Template extends `${string}[${infer Inside}]${infer After}`
  ? `${Inside}:${OptionalText<After>}`
  : ''
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer After}`
  ? Name | Names<After>
  : never

/**
 * The parameters of a key template: each `{name}` is required, those inside `[...]` are optional.
 * `ParamsOf<'list:{page}[:owner:{owner}]'>` is `{ page: KeyValue; owner?: KeyValue }`.
 */
export type ParamsOf<Template extends string> = string extends Template
  ? Readonly<Record<string, KeyValue | undefined>>
  : [Names<Template>] extends [never]
    ? Readonly<Record<string, never>>
    : // Inferred and mapped once more, editors show one object with its fields instead of how it was made.
      { readonly [Name in Names<RequiredText<Template>>]: KeyValue } & {
          readonly [Name in Names<OptionalText<Template>>]?: KeyValue | undefined
        } extends infer Params
      ? { [Name in keyof Params]: Params[Name] }
      : never

/** What {@link KeyBuilder.parse} gives: the parameters as text. */
export type ParsedParams<Params> = {
  readonly [Name in keyof Params]: undefined extends Params[Name] ? string | undefined : string
}
