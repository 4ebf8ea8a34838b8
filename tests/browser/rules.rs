//! Rules that hold on every page: axe-core in both themes, a small screen, the weight, and valid HTML.

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

use super::{
    book::{Book, pages, still},
    chrome::Chrome,
    page::Page,
    tools,
};

/// Where `.ci/run` puts what comes from npm.
fn web(file: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/web/node_modules").join(file);
    if !file.is_file() {
        tools::skip(&format!(
            "there is no {}; npm install --prefix target/web axe-core html-validate@9",
            file.display()
        ));
        return None;
    }
    Some(file)
}

/// Text or a button that leaves the screen, unless what it is in scrolls; and things to press that lie on each other.
const MISPLACED: &str = "(() => {
    const scrolls = (e) => e && (/(auto|scroll)/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const said = (e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`;
    const seen = (e) => e.checkVisibility() && !e.closest('.unseen, .lines') && e.getBoundingClientRect().width > 1;
    const wide = [...document.querySelectorAll('main *, .bench *, #mdbook-menu-bar *')].filter(seen)
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement)).map(said);
    const pressed = [...document.querySelectorAll('main :is(button, a, textarea, summary), main pre')].filter(seen);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const on = [];
    pressed.forEach((a, at) => pressed.slice(at + 1).forEach((b) => {
        if (a.contains(b) || b.contains(a) || a.closest('.buttons') || b.closest('.buttons')) return;
        if ([...a.getClientRects()].some((one) => [...b.getClientRects()].some((other) => meet(one, other)))) {
            on.push(`${said(a)} on ${said(b)}`);
        }
    }));
    return [...wide, ...on];
})()";

/// Uses the living parts: something red, the switch, something green, the wires, a break, a wrong file.
async fn use_it(page: &Page) {
    if !page.get::<bool>("document.querySelector('.run') !== null").await {
        return;
    }
    let run = "document.querySelector('.run').click();";
    page.driver.execute(run, []).await.unwrap();
    page.until("document.querySelector('.place .answer')").await;
    page.driver.execute("document.querySelector('input[value=after]').click();", []).await.unwrap();
    page.until("document.querySelector('.bench .state').textContent.startsWith('With ')").await;
    page.driver.execute("[...document.querySelectorAll('.run')].at(-1).click();", []).await.unwrap();
    page.until("document.querySelectorAll('.place .answer').length > 1").await;
    // The reader of this test wants no movement.
    assert!(page.get::<bool>("document.querySelector('.dot') === null").await);
    page.until("document.querySelector('.bench .passed') && document.querySelector('.bench .outcome')").await;
    page.driver.execute("document.querySelector('.check > button').click();", []).await.unwrap();
    page.until("document.querySelector('.check .answer')").await;
    page.driver.execute("document.querySelector('.break > button').click();", []).await.unwrap();
    page.until("document.querySelector('.break .answer')").await;
    let open = "const opener = document.querySelector('.opener'); \
                if (opener.getAttribute('aria-expanded') === 'false') opener.click(); \
                const site = document.querySelector('#site'); \
                if (site) { site.value = `Nonsense\\n${site.value}`; site.dispatchEvent(new Event('input')); \
                site.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true })); }";
    page.driver.execute(open, []).await.unwrap();
    page.until("!document.querySelector('#site') || document.querySelector('#site-says strong')").await;
    page.driver
        .execute("document.querySelectorAll('details').forEach((fold) => { fold.open = true; });", [])
        .await
        .unwrap();
}

#[tokio::test]
async fn every_page_in_use_keeps_the_rules() {
    let (Some(chrome), Some(axe)) = (Chrome::start(), web("axe-core/axe.min.js")) else { return };
    let axe = fs::read_to_string(axe).unwrap();
    let (_folder, built) = still();
    let book = Book::open();
    let page = chrome.read(&book).await;
    // As for a reader who comes for the first time.
    page.developer("Network.enable", json!({})).await;
    page.developer("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    let mut heaviest = (0, String::new());
    for name in pages(&built) {
        page.prefers("light", true).await;
        page.screen(1200, 900).await;
        page.wake(&name).await;
        let weight: u64 = page.get("['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).reduce((sum, one) => sum + one.decodedBodySize, 0)").await;
        assert!(weight < 300_000, "{name} weighs {weight} bytes");
        heaviest = heaviest.max((weight, name.clone()));
        use_it(&page).await;
        page.driver.execute(axe.as_str(), []).await.unwrap();
        for theme in ["light", "navy"] {
            let themes = format!(
                "document.documentElement.classList.remove('light', 'navy'); document.documentElement.classList.add('{theme}'); document.getElementById('mdbook-theme-{theme}').click();"
            );
            page.driver.execute(themes, []).await.unwrap();
            let rules = if theme == "light" { json!({}) } else { json!({ "runOnly": ["color-contrast"] }) };
            assert_eq!(violations(&page, rules).await, [""; 0], "{name} in {theme}");
        }
        page.screen(1600, 900).await;
        assert_eq!(misplaced(&page).await, [""; 0], "{name} on a large screen");
        page.screen(360, 800).await;
        // Opened anew, as mdBook's sidebar stays as it was while a window changes.
        page.wake(&name).await;
        use_it(&page).await;
        assert_eq!(misplaced(&page).await, [""; 0], "{name} on a small screen");
        page.driver.execute(axe.as_str(), []).await.unwrap();
        // The one rule that depends on the room.
        let scrolls = json!({ "runOnly": ["scrollable-region-focusable"] });
        assert_eq!(violations(&page, scrolls).await, [""; 0], "{name} on a small screen");
        for said in page.log().await {
            assert!(said.contains("/live/site") && said.contains("422"), "{name}: {said}");
        }
    }
    println!("the heaviest page is {} with {} bytes", heaviest.1, heaviest.0);
}

async fn misplaced(page: &Page) -> Vec<String> {
    page.get(MISPLACED).await
}

async fn violations(page: &Page, options: Value) -> Vec<String> {
    let script = "const [options, done] = arguments; \
        axe.run({ resultTypes: ['violations'], ...options }).then((said) => done(said.violations.flatMap((one) => \
            one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`))));";
    let found = page.driver.execute_async(script, [options]).await.unwrap();
    serde_json::from_value(found.json().clone()).unwrap()
}

/// What mdBook's own frame around a chapter does not keep; the chapters themselves must.
const FRAME: [&str; 8] = [
    // `class=fa-svg` around each icon.
    "attr-quotes",
    // The frame of the chapters' list, for those without scripts.
    "element-required-attributes",
    // The themes.
    "no-implicit-button-type",
    // The search has no button; Enter is its button.
    "wcag/h32",
    // The arrows at the side and those at the foot have one name.
    "unique-landmark",
    // `<div style="clear: both">`.
    "no-inline-style",
    // `rel="next prefetch"` on a link.
    "attribute-misuse",
    // A template's scripts leave empty lines with blanks.
    "no-trailing-whitespace",
];

#[test]
fn every_page_is_valid() {
    let Some(checker) = web("html-validate/bin/html-validate.mjs") else { return };
    let (folder, built) = still();
    // An identifier may begin with a digit since HTML 5.
    let mut rules = json!({ "valid-id": ["error", { "relaxed": true }] });
    let whole = folder.path().join("whole.json");
    let chapters = folder.path().join("chapters.json");
    // Blanks at the end of a line that a program said are that program's.
    rules["no-trailing-whitespace"] = json!("off");
    fs::write(&chapters, config(&rules)).unwrap();
    for rule in FRAME {
        rules[rule] = json!("off");
    }
    fs::write(&whole, config(&rules)).unwrap();
    let inner = folder.path().join("chapters");
    fs::create_dir(&inner).unwrap();
    for name in pages(&built) {
        let page = fs::read_to_string(built.join(&name)).unwrap();
        let main = page.split_once("<main>").and_then(|(_, rest)| rest.split_once("</main>")).unwrap().0;
        let alone = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>A chapter</title>\n</head>\n<body><main>{main}</main></body>\n</html>\n"
        );
        fs::write(inner.join(&name), alone).unwrap();
    }
    for (config, place) in [(whole, built), (chapters, inner)] {
        let files = pages(&place).into_iter().map(|name| place.join(name));
        let said =
            Command::new("node").arg(&checker).arg("--config").arg(config).args(files).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&[said.stdout, said.stderr].concat()));
    }
}

fn config(rules: &Value) -> String {
    json!({ "root": true, "extends": ["html-validate:recommended"], "rules": rules }).to_string()
}
