// The one script that a page names; everything else is a module beside it.
import("./main.js");
