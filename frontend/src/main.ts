// The script of pages where one works. Reading pages load none.
import { drafts } from "./drafts";
import { keys } from "./keys";
import { live } from "./live";
import { markdown } from "./markdown";

document.documentElement.classList.add("js");
keys();
live();
markdown();
drafts();
