"""What the other tests here rely on: a visit finds nothing of one before it, and no other host."""

KEPT = "localStorage.getItem('kept')"


def test_what_a_page_kept_is_gone_for_the_next(visit):
    for _ in range(2):
        with visit("search.html") as opened:
            assert opened.page.evaluate(KEPT) is None, "a visit before has left something"
            opened.page.evaluate("localStorage.setItem('kept', 'yes')")
            assert opened.page.evaluate(KEPT) == "yes"


def test_no_other_host_is_reached(visit, site):
    """The site's own server, by a name that is not its own, stands for all other hosts."""
    elsewhere = site.address.replace("127.0.0.1", "localhost")
    fetch = "url => fetch(url, {mode: 'no-cors'}).then(() => 'reached', () => 'not reached')"
    with visit("search.html") as opened:
        assert opened.page.evaluate(fetch, elsewhere) == "not reached"
        assert opened.elsewhere == [elsewhere], "it is not noticed who asks another host"
