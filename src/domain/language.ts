/** Language of what is written for people: issues, comments, the model's answers. */
export type Language = "en" | "ko";
