export const production = '11111111-5eed-4000-8000-000000000001'
export const staging = '22222222-5eed-4000-8000-000000000002'
/** Disabled: it can be read and not written. */
export const retired = '33333333-5eed-4000-8000-000000000003'
